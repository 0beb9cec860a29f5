import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { toSqlParameters, type Write } from '../../storage/index.ts'

/** One stored entry. `body` is the exact bytes the tree commits to. */
export interface StoredEntry {
  readonly index: number
  readonly recordId: string
  readonly run: string | undefined
  readonly seq: number | undefined
  readonly kind: string
  readonly body: Uint8Array
  readonly leafHash: Uint8Array
}

interface EntryRow {
  readonly idx: number
  readonly record_id: string
  readonly run: string | null
  readonly seq: number | null
  readonly kind: string
  readonly body: Uint8Array
  readonly leaf_hash: Uint8Array
}

const ENTRY = 'idx, record_id, run, seq, kind, body, leaf_hash'

/** Every SQL statement of the ledger, over one connection (the writer's, or a reader's for the read methods). */
export class EntryStore {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  size(): number {
    return Number(this.#one('SELECT coalesce(max(idx) + 1, 0) AS size FROM entries')?.size ?? 0)
  }

  entry(index: number): StoredEntry | undefined {
    return toEntry(this.#one(`SELECT ${ENTRY} FROM entries WHERE idx = ?`, index))
  }

  entryByRecordId(recordId: string): StoredEntry | undefined {
    return toEntry(this.#one(`SELECT ${ENTRY} FROM entries WHERE record_id = ?`, recordId))
  }

  positionOf(recordId: string): { index: number; seq?: number } | undefined {
    const row = this.#one('SELECT idx, seq FROM entries WHERE record_id = ?', recordId)
    if (row === undefined) return undefined
    const index = Number(row.idx)
    return row.seq === null ? { index } : { index, seq: Number(row.seq) }
  }

  /** The run's entries in order, at most `limit` of them from `fromSeq` on. */
  entriesOfRun(run: string, fromSeq: number, limit: number): StoredEntry[] {
    const sql = `SELECT ${ENTRY} FROM entries WHERE run = ? AND seq >= ? ORDER BY seq LIMIT ?`
    return this.#all(sql, run, fromSeq, limit).map((row) => fromRow(row as unknown as EntryRow))
  }

  /** Entries of this kind that belong to no run. */
  entriesOfKind(kind: string): StoredEntry[] {
    const sql = `SELECT ${ENTRY} FROM entries WHERE run IS NULL AND kind = ? ORDER BY idx`
    return this.#all(sql, kind).map((row) => fromRow(row as unknown as EntryRow))
  }

  /** Entries in index order, at most `limit` of them from `fromIndex` on. */
  entriesFrom(fromIndex: number, limit: number): StoredEntry[] {
    const sql = `SELECT ${ENTRY} FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?`
    return this.#all(sql, fromIndex, limit).map((row) => fromRow(row as unknown as EntryRow))
  }

  leafHashesOfRun(run: string): { hashes: Uint8Array[]; lastKind: string | undefined } {
    const rows = this.#all('SELECT leaf_hash, kind FROM entries WHERE run = ? ORDER BY seq', run)
    return {
      hashes: rows.map((row) => row.leaf_hash as Uint8Array),
      lastKind: rows.at(-1)?.kind as string | undefined,
    }
  }

  leafHashes(from: number, to: number): Uint8Array[] {
    const rows = this.#all('SELECT leaf_hash FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx', from, to)
    return rows.map((row) => row.leaf_hash as Uint8Array)
  }

  /** Roots of the complete groups of 256^level entries, from number `from` up to `to` (excluded). */
  subtrees(level: number, from: number, to: number): Uint8Array[] {
    const sql = 'SELECT hash FROM subtrees WHERE level = ? AND number >= ? AND number < ? ORDER BY number'
    return this.#all(sql, level, from, to).map((row) => row.hash as Uint8Array)
  }

  insertEntry(entry: StoredEntry): void {
    this.#statement(`INSERT INTO entries (${ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?)`).run(
      entry.index,
      entry.recordId,
      entry.run ?? null,
      entry.seq ?? null,
      entry.kind,
      entry.body,
      entry.leafHash,
    )
  }

  insertSubtree(level: number, number: number, hash: Uint8Array): void {
    this.#statement('INSERT INTO subtrees (level, number, hash) VALUES (?, ?, ?)').run(level, number, hash)
  }

  execute(write: Write): void {
    this.#statement(write.sql).run(...toSqlParameters(write.parameters))
  }

  begin(): void {
    this.#database.exec('BEGIN IMMEDIATE')
  }

  commit(): void {
    this.#database.exec('COMMIT')
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #one(sql: string, ...parameters: (string | number)[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...parameters)
  }

  #all(sql: string, ...parameters: (string | number)[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...parameters)
  }
}

function toEntry(row: Record<string, unknown> | undefined): StoredEntry | undefined {
  return row === undefined ? undefined : fromRow(row as unknown as EntryRow)
}

function fromRow(row: EntryRow): StoredEntry {
  return {
    index: row.idx,
    recordId: row.record_id,
    run: row.run ?? undefined,
    seq: row.seq ?? undefined,
    kind: row.kind,
    body: row.body,
    leafHash: row.leaf_hash,
  }
}
