import { type DatabasePlace, inOneTransaction, type Maintenance } from '../../storage/index.ts'
import { EVENT_KINDS, isSealing, type RecordedEvent } from '../record/index.ts'
import {
  compare,
  type EntryRow,
  entriesFrom,
  insertGroup,
  insertRunHead,
  lockHead,
  type RebuiltTable,
  setAside,
} from './rebuild-store.ts'
import { GrowingTree, merkle } from './tree.ts'
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
    await lockHead(database)
    for (const name of names) await setAside(database, name)
    const entries = await replay(database, projections)
    const rebuilt: RebuiltTable[] = []
    for (const name of names) rebuilt.push(await compare(database, name))
    return { keep, value: { entries, tables: rebuilt } }
  })
}

async function replay(database: Maintenance, projections: readonly Projection[]): Promise<number> {
  const tree = new GrowingTree({ size: 0, hashes: [] })
  const runs = new OpenHeads(database)
  for (;;) {
    const rows = await entriesFrom(database, tree.size, ENTRIES_AT_ONCE)
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
  for (const group of tree.append(merkle.leafHash(body))) await insertGroup(database, group)
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
      await insertRunHead(this.#database, head)
    }
  }

  async storeAll(): Promise<void> {
    for (const head of this.#open.values()) await insertRunHead(this.#database, head)
  }
}
