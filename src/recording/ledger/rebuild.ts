import { type DatabasePlace, inOneTransaction, type Maintenance } from '../../storage/index.ts'
import { EVENT_KINDS, isSealing, type RecordedEvent } from '../record/index.ts'
import { GrowingTree, merkle } from './tree.ts'
import { joinEdge } from './writing/edge-bytes.ts'
import type { Projection } from './writing/plan-batch.ts'
import { nextHead, type RunHead } from './writing/run-head.ts'

export interface RebuildOptions {
  readonly place: DatabasePlace
  readonly projections: readonly Projection[]
  /** The tables whose every row comes from a projection. */
  readonly tables: readonly string[]
  /** False only compares, and changes nothing. */
  readonly keep: boolean
}

export interface RebuiltTable {
  readonly name: string
  readonly rows: number
  /** Rows that were there and should not have been, and rows that were not there and should have been. */
  readonly wrong: number
  readonly missing: number
}

export interface Rebuilt {
  readonly entries: number
  readonly tables: readonly RebuiltTable[]
}

/** The ledger's own tables that follow from the entries. */
const LEDGER_TABLES = ['subtrees', 'run_heads']
const ENTRIES_AT_ONCE = 256

/**
 * Empties every derived table, fills it again from the entries alone, and tells what differs from what was there. One
 * transaction: when it fails, everything is as before. Memory does not grow with the ledger, except for one head of
 * each run that is open.
 */
export function rebuild({ place, projections, tables, keep }: RebuildOptions): Promise<Rebuilt> {
  const names = [...LEDGER_TABLES, ...tables]
  return inOneTransaction(place, async (database) => {
    // On PostgreSQL no other process appends while the head is locked.
    await database.run('UPDATE ledger_head SET size = size WHERE id = 1')
    for (const name of names) await setAside(database, name)
    const entries = await replay(database, projections)
    const rebuilt: RebuiltTable[] = []
    for (const name of names) rebuilt.push(await compare(database, name))
    return { keep, value: { entries, tables: rebuilt } }
  })
}

async function setAside(database: Maintenance, name: string): Promise<void> {
  await database.run(`CREATE TEMPORARY TABLE "before_${name}" AS SELECT * FROM "${name}"`)
  await database.run(`DELETE FROM "${name}"`)
}

async function compare(database: Maintenance, name: string): Promise<RebuiltTable> {
  const count = async (query: string) => {
    const [row] = await database.rows<{ count: number }>(
      `SELECT count(*) AS count FROM (${query}) AS counted`,
    )
    return row?.count ?? 0
  }
  const [now, before] = [`SELECT * FROM "${name}"`, `SELECT * FROM "before_${name}"`]
  return {
    name,
    rows: await count(now),
    wrong: await count(`${before} EXCEPT ${now}`),
    missing: await count(`${now} EXCEPT ${before}`),
  }
}

interface EntryRow {
  readonly idx: number
  readonly run: string | null
  readonly kind: string
  readonly leaf_hash: Uint8Array
  readonly body: Uint8Array
}

async function replay(database: Maintenance, projections: readonly Projection[]): Promise<number> {
  const tree = new GrowingTree({ size: 0, hashes: [] })
  const runs = new OpenHeads(database)
  for (;;) {
    const sql = 'SELECT idx, run, kind, leaf_hash, body FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?'
    const rows = await database.rows<EntryRow>(sql, [tree.size, ENTRIES_AT_ONCE])
    for (const row of rows) {
      await growTree(database, tree, row)
      await runs.add(row)
      await project(database, projections, row)
    }
    if (rows.length < ENTRIES_AT_ONCE) break
  }
  await runs.storeAll()
  return tree.size
}

async function growTree(database: Maintenance, tree: GrowingTree, { idx, body }: EntryRow): Promise<void> {
  if (idx !== tree.size) throw new Error(`entry ${tree.size} is missing`)
  // From the bytes, not from the stored hash: that is derived as well.
  for (const { level, number, hash } of tree.append(merkle.leafHash(body))) {
    await database.run('INSERT INTO subtrees (level, number, hash) VALUES (?, ?, ?)', [level, number, hash])
  }
}

async function project(
  database: Maintenance,
  projections: readonly Projection[],
  { idx, kind, body }: EntryRow,
): Promise<void> {
  if (!(EVENT_KINDS as readonly string[]).includes(kind)) return
  const event = JSON.parse(Buffer.from(body).toString()) as RecordedEvent
  for (const { sql, parameters } of projections.flatMap((projection) => projection(event, idx))) {
    await database.run(sql, parameters)
  }
}

/** Heads of runs; one that is sealed takes no further entry and is stored at once. */
class OpenHeads {
  readonly #database: Maintenance
  readonly #open = new Map<string, RunHead>()

  constructor(database: Maintenance) {
    this.#database = database
  }

  async add({ idx: index, run, kind, body }: EntryRow): Promise<void> {
    if (run === null) return
    const entry = { run, index, leafHash: merkle.leafHash(body), seals: isSealing(kind) }
    const head = nextHead(this.#open.get(run), entry)
    if (!head.sealed) this.#open.set(run, head)
    else {
      this.#open.delete(run)
      await this.#store(head)
    }
  }

  async storeAll(): Promise<void> {
    for (const head of this.#open.values()) await this.#store(head)
  }

  #store({ run, last, count, sealed, edge }: RunHead): Promise<void> {
    const sql = 'INSERT INTO run_heads (run, last, count, sealed, edge) VALUES (?, ?, ?, ?, ?)'
    return this.#database.run(sql, [run, last, count, sealed ? 1 : 0, joinEdge(edge)])
  }
}
