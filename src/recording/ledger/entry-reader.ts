import type { Reader } from '../../storage/index.ts'

/** One stored entry. `body` is the exact bytes the tree commits to. */
export interface StoredEntry {
  readonly index: number
  readonly recordId: string
  readonly run: string | undefined
  readonly seq: number | undefined
  /** Index of the entry before it in its run. */
  readonly previous: number | undefined
  readonly kind: string
  readonly body: Uint8Array
  readonly leafHash: Uint8Array
}

interface EntriesTable {
  readonly idx: number
  readonly record_id: string
  readonly run: string | null
  readonly seq: number | null
  /** Index of the entry before it in its run. */
  readonly prev: number | null
  readonly kind: string
  readonly body: Uint8Array
  readonly leaf_hash: Uint8Array
}

export interface LedgerTables {
  readonly entries: EntriesTable
  /** Where each run stands: its last entry, how many it has, and the right edge of its own tree. */
  readonly run_heads: {
    readonly run: string
    readonly last: number
    readonly count: number
    readonly sealed: number
    readonly edge: Uint8Array
  }
  /** One row: how far the tree has grown, and whose log it is. */
  readonly ledger_head: { readonly size: number; readonly vkey: string | null }
  /** Roots of the complete groups of 256^level entries. */
  readonly subtrees: { readonly level: number; readonly number: number; readonly hash: Uint8Array }
}

/** Reads of the ledger's own tables; they see durable entries only. */
export class EntryReader {
  readonly #reader: Reader<LedgerTables>

  constructor(reader: Reader<LedgerTables>) {
    this.#reader = reader
  }

  async size(): Promise<number> {
    const row = await this.#reader
      .selectFrom('entries')
      .select((select) => select.fn.max('idx').as('last'))
      .executeTakeFirst()
    return (row?.last ?? -1) + 1
  }

  entry(index: number): Promise<StoredEntry | undefined> {
    return this.#first(this.#entries().where('idx', '=', index))
  }

  entryByRecordId(recordId: string): Promise<StoredEntry | undefined> {
    return this.#first(this.#entries().where('record_id', '=', recordId))
  }

  /**
   * The run's entries in order, at most `limit` of them from `fromSeq` on. They are found from the last one back: each
   * names the one before it (docs/adr/0007).
   */
  entriesOfRun(run: string, fromSeq: number, limit: number): Promise<StoredEntry[]> {
    const ofRun = this.#reader
      .withRecursive('chain(idx, prev, seq)', (chain) =>
        chain
          .selectFrom('run_heads')
          .innerJoin('entries', 'entries.idx', 'run_heads.last')
          .where('run_heads.run', '=', run)
          .where('entries.seq', '>=', fromSeq)
          .select(['entries.idx', 'entries.prev', 'entries.seq'])
          .unionAll(
            chain
              .selectFrom('chain')
              .innerJoin('entries', 'entries.idx', 'chain.prev')
              .where('chain.seq', '>', fromSeq)
              .select(['entries.idx', 'entries.prev', 'entries.seq']),
          ),
      )
      .selectFrom('chain')
      .innerJoin('entries', 'entries.idx', 'chain.idx')
      .selectAll('entries')
    return all(ofRun.orderBy('chain.seq').limit(limit))
  }

  /** Entries of this kind that belong to no run. */
  entriesOfKind(kind: string): Promise<StoredEntry[]> {
    return all(this.#entries().where('run', 'is', null).where('kind', '=', kind).orderBy('idx'))
  }

  async entriesAt(indexes: readonly number[]): Promise<StoredEntry[]> {
    return indexes.length === 0 ? [] : all(this.#entries().where('idx', 'in', indexes))
  }

  /** Entries in index order, at most `limit` of them from `fromIndex` on. */
  entriesFrom(fromIndex: number, limit: number): Promise<StoredEntry[]> {
    return all(this.#entries().where('idx', '>=', fromIndex).orderBy('idx').limit(limit))
  }

  async leafHashes(from: number, to: number): Promise<Uint8Array[]> {
    const rows = await this.#reader
      .selectFrom('entries')
      .select('leaf_hash')
      .where('idx', '>=', from)
      .where('idx', '<', to)
      .orderBy('idx')
      .execute()
    return rows.map((row) => row.leaf_hash)
  }

  /** Roots of the complete groups of 256^level entries, from number `from` up to `to` (excluded). */
  async subtrees(level: number, from: number, to: number): Promise<Uint8Array[]> {
    const rows = await this.#reader
      .selectFrom('subtrees')
      .select('hash')
      .where('level', '=', level)
      .where('number', '>=', from)
      .where('number', '<', to)
      .orderBy('number')
      .execute()
    return rows.map((row) => row.hash)
  }

  #entries() {
    return this.#reader.selectFrom('entries').selectAll()
  }

  async #first(query: EntryQuery): Promise<StoredEntry | undefined> {
    return (await all(query))[0]
  }
}

type EntryQuery = { execute(): Promise<EntriesTable[]> }

async function all(query: EntryQuery): Promise<StoredEntry[]> {
  return (await query.execute()).map(toEntry)
}

function toEntry(row: EntriesTable): StoredEntry {
  return {
    index: row.idx,
    recordId: row.record_id,
    run: row.run ?? undefined,
    seq: row.seq ?? undefined,
    previous: row.prev ?? undefined,
    kind: row.kind,
    body: row.body,
    leafHash: row.leaf_hash,
  }
}
