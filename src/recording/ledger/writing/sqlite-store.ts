import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { toSqlParameters } from '../../../storage/index.ts'
import type { Edge } from '../../verify/index.ts'
import type { Position } from '../append.ts'
import { joinEdge, splitEdge } from './edge-bytes.ts'
import type { BatchPlan, NewEntry } from './plan-batch.ts'
import type { RunHead } from './run-head.ts'

/** Every SQL statement of the writer over SQLite. */
export class SqliteStore {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  tree(): Edge {
    const row = this.#statement('SELECT size, edge FROM ledger_head WHERE id = 1').get()
    return { size: Number(row?.size ?? 0), hashes: splitEdge((row?.edge ?? null) as Uint8Array | null) }
  }

  runHead(run: string): RunHead | undefined {
    const row = this.#statement('SELECT last, count, sealed, edge FROM run_heads WHERE run = ?').get(run)
    if (row === undefined) return undefined
    const { last, count, sealed, edge } = row as unknown as RunHeadRow
    return { run, last, count, sealed: sealed === 1, edge: splitEdge(edge) }
  }

  positionOf(recordId: string): Position | undefined {
    const row = this.#statement('SELECT idx, seq FROM entries WHERE record_id = ?').get(recordId)
    if (row === undefined) return undefined
    const index = Number(row.idx)
    return row.seq === null ? { index } : { index, seq: Number(row.seq) }
  }

  /** Stores the whole plan durably, or throws and stores nothing of it. */
  store(plan: BatchPlan): void {
    this.#database.exec('BEGIN IMMEDIATE')
    for (const entry of plan.entries) this.#insertEntry(entry)
    const insertGroup = 'INSERT INTO subtrees (level, number, hash) VALUES (?, ?, ?)'
    for (const { level, number, hash } of plan.groups) this.#statement(insertGroup).run(level, number, hash)
    for (const head of plan.runs) this.#putRunHead(head)
    if (plan.entries.length > 0) this.#putTree(plan.tree)
    for (const { sql, parameters } of plan.writes) this.#statement(sql).run(...toSqlParameters(parameters))
    this.#database.exec('COMMIT')
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  #insertEntry(entry: NewEntry): void {
    const { index, recordId, run, seq, previous, kind, body, leafHash } = entry
    this.#statement(
      'INSERT INTO entries (idx, record_id, run, seq, prev, kind, leaf_hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(index, recordId, run ?? null, seq ?? null, previous ?? null, kind, leafHash, body)
  }

  #putRunHead({ run, last, count, sealed, edge }: RunHead): void {
    this.#statement(
      'INSERT INTO run_heads (run, last, count, sealed, edge) VALUES (?, ?, ?, ?, ?) ON CONFLICT (run) DO UPDATE SET last = excluded.last, count = excluded.count, sealed = excluded.sealed, edge = excluded.edge',
    ).run(run, last, count, sealed ? 1 : 0, joinEdge(edge))
  }

  #putTree({ size, hashes }: Edge): void {
    this.#statement('UPDATE ledger_head SET size = ?, edge = ? WHERE id = 1').run(size, joinEdge(hashes))
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

interface RunHeadRow {
  readonly last: number
  readonly count: number
  readonly sealed: number
  readonly edge: Uint8Array
}
