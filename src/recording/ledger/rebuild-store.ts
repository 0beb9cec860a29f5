import type { Maintenance } from '../../storage/index.ts'
import type { GroupRoot } from './tree.ts'
import { joinEdge } from './writing/edge-bytes.ts'
import type { RunHead } from './writing/run-head.ts'

export interface RebuiltTable {
  readonly name: string
  readonly rows: number
  /** Rows that were there and should not have been, and rows that were not there and should have been. */
  readonly wrong: number
  readonly missing: number
}

export interface EntryRow {
  readonly idx: number
  readonly run: string | null
  readonly kind: string
  readonly body: Uint8Array
}

/** On PostgreSQL no other process appends while the head is locked. */
export function lockHead(database: Maintenance): Promise<void> {
  return database.run('UPDATE ledger_head SET size = size WHERE id = 1')
}

/** Empties a table; what was in it is kept aside until the connection ends. */
export async function setAside(database: Maintenance, table: string): Promise<void> {
  await database.run(`CREATE TEMPORARY TABLE "before_${table}" AS SELECT * FROM "${table}"`)
  await database.run(`DELETE FROM "${table}"`)
}

/** Holds a table against what was set aside of it. */
export async function compare(database: Maintenance, table: string): Promise<RebuiltTable> {
  const count = async (query: string) => {
    const sql = `SELECT count(*) AS count FROM (${query}) AS counted`
    return (await database.rows<{ count: number }>(sql))[0]?.count ?? 0
  }
  const [now, before] = [`SELECT * FROM "${table}"`, `SELECT * FROM "before_${table}"`]
  return {
    name: table,
    rows: await count(now),
    wrong: await count(`${before} EXCEPT ${now}`),
    missing: await count(`${now} EXCEPT ${before}`),
  }
}

/** Entries in order, at most `limit` of them from `index` on. */
export function entriesFrom(
  database: Maintenance,
  index: number,
  limit: number,
): Promise<readonly EntryRow[]> {
  const sql = 'SELECT idx, run, kind, body FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?'
  return database.rows<EntryRow>(sql, [index, limit])
}

export function insertGroup(database: Maintenance, { level, number, hash }: GroupRoot): Promise<void> {
  return database.run('INSERT INTO subtrees (level, number, hash) VALUES (?, ?, ?)', [level, number, hash])
}

export function insertRunHead(
  database: Maintenance,
  { run, last, count, sealed, edge }: RunHead,
): Promise<void> {
  const sql = 'INSERT INTO run_heads (run, last, count, sealed, edge) VALUES (?, ?, ?, ?, ?)'
  return database.run(sql, [run, last, count, sealed ? 1 : 0, joinEdge(edge)])
}
