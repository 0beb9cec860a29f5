import type { PostgresSession } from '../../../storage/index.ts'
import type { Position } from '../append.ts'
import { joinEdge, splitEdge } from './edge-bytes.ts'
import type { BatchPlan, Known, NewEntry } from './plan-batch.ts'
import type { PreparedUnit } from './prepared-unit.ts'
import type { RunHead } from './run-head.ts'

/** A transaction that holds the head of the ledger: no other process appends until it ends. */
export interface Begun {
  readonly known: Known
  /** Names the transaction, to ask later what became of it. */
  readonly transaction: string
  /** The oldest schema whose servers may write. */
  readonly compatibleSince: number
}

/**
 * Begins, and reads what is known about the batch once the head is locked: everything that was committed before, by
 * whatever process. All of it is one round trip.
 */
export async function begin(session: PostgresSession, units: readonly PreparedUnit[]): Promise<Begun> {
  const entries = units.flatMap((unit) => unit.entries)
  const runs = entries.map((entry) => ('bytes' in entry ? undefined : entry.run))
  const [, [head], heads, stored] = await together([
    session.query('BEGIN'),
    session.query<HeadRow>(HEAD),
    session.query<RunHeadRow>(RUN_HEADS, [[...new Set(runs.filter((run) => run !== undefined))]]),
    session.query<PositionRow>(POSITIONS, [entries.map((entry) => entry.recordId)]),
  ])
  if (head === undefined) throw new Error('the database has no ledger_head')
  return {
    known: {
      tree: { size: head.size, hashes: splitEdge(head.edge) },
      runs: new Map(heads.map((row) => [row.run, toRunHead(row)])),
      positions: new Map(stored.map((row) => [row.record_id, toPosition(row)])),
    },
    transaction: head.transaction,
    compatibleSince: head.compatible_since,
  }
}

/** Stores the plan and commits, in one round trip; rejects when nothing of it was stored, or when nobody knows. */
export async function finish(session: PostgresSession, plan: BatchPlan): Promise<void> {
  const { entries, groups, runs, writes, tree } = plan
  const statements: Promise<unknown>[] = []
  if (entries.length > 0) {
    statements.push(session.query(INSERT_ENTRIES, entryColumns(entries)))
    statements.push(session.query(PUT_TREE, [tree.size, joinEdge(tree.hashes)]))
  }
  if (groups.length > 0) {
    const columns = [groups.map((group) => group.level), groups.map((group) => group.number)]
    statements.push(session.query(INSERT_GROUPS, [...columns, groups.map((group) => group.hash)]))
  }
  if (runs.length > 0) statements.push(session.query(PUT_RUN_HEADS, runHeadColumns(runs)))
  for (const { sql, parameters } of writes) statements.push(session.query(sql, parameters))
  statements.push(session.commit())
  await together(statements)
}

/** Whether a transaction of another session was committed; called while the head is locked, so it has ended. */
export async function wasCommitted(session: PostgresSession, transaction: string): Promise<boolean> {
  const [row] = await session.query<{ status: string | null }>(STATUS, [transaction, transaction])
  return row?.status === 'committed'
}

export async function rollback(session: PostgresSession): Promise<void> {
  await session.query('ROLLBACK')
}

const HEAD = `SELECT size, edge, pg_current_xact_id()::text AS transaction,
  (SELECT max(compatible_since) FROM schema_versions) AS compatible_since
  FROM ledger_head WHERE id = 1 FOR UPDATE`
const RUN_HEADS = 'SELECT run, last, count, sealed, edge FROM run_heads WHERE run = ANY(?::text[])'
const POSITIONS = 'SELECT record_id, idx, seq FROM entries WHERE record_id = ANY(?::text[])'
// A server that took over may not have come as far, and then an unknown number is an error.
const STATUS = `SELECT CASE WHEN ?::text::xid8 < pg_snapshot_xmax(pg_current_snapshot())
  THEN pg_xact_status(?::text::xid8) END AS status`
const INSERT_ENTRIES = `INSERT INTO entries (idx, record_id, run, seq, prev, kind, leaf_hash, body)
  SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[])`
const INSERT_GROUPS = `INSERT INTO subtrees (level, number, hash)
  SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bytea[])`
const PUT_TREE = 'UPDATE ledger_head SET size = ?, edge = ? WHERE id = 1'
const PUT_RUN_HEADS = `INSERT INTO run_heads (run, last, count, sealed, edge)
  SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[])
  ON CONFLICT (run) DO UPDATE SET last = excluded.last, count = excluded.count,
  sealed = excluded.sealed, edge = excluded.edge`

function entryColumns(entries: readonly NewEntry[]): unknown[] {
  return [
    entries.map((entry) => entry.index),
    entries.map((entry) => entry.recordId),
    entries.map((entry) => entry.run ?? null),
    entries.map((entry) => entry.seq ?? null),
    entries.map((entry) => entry.previous ?? null),
    entries.map((entry) => entry.kind),
    entries.map((entry) => entry.leafHash),
    entries.map((entry) => entry.body),
  ]
}

function runHeadColumns(heads: readonly RunHead[]): unknown[] {
  return [
    heads.map((head) => head.run),
    heads.map((head) => head.last),
    heads.map((head) => head.count),
    heads.map((head) => (head.sealed ? 1 : 0)),
    heads.map((head) => joinEdge(head.edge)),
  ]
}

/**
 * The answers to statements that were sent without waiting. When one fails, the first failure, once all are answered:
 * what follows a failed statement fails because of it.
 */
async function together<const Statements extends readonly Promise<unknown>[]>(
  statements: Statements,
): Promise<{ -readonly [Name in keyof Statements]: Awaited<Statements[Name]> }> {
  const answers = await Promise.allSettled(statements)
  const failed = answers.find((answer) => answer.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return Promise.all(statements)
}

interface HeadRow {
  readonly size: number
  readonly edge: Uint8Array | null
  readonly transaction: string
  readonly compatible_since: number
}

interface RunHeadRow {
  readonly run: string
  readonly last: number
  readonly count: number
  readonly sealed: number
  readonly edge: Uint8Array
}

interface PositionRow {
  readonly record_id: string
  readonly idx: number
  readonly seq: number | null
}

function toRunHead({ run, last, count, sealed, edge }: RunHeadRow): RunHead {
  return { run, last, count, sealed: sealed === 1, edge: splitEdge(edge) }
}

function toPosition({ idx: index, seq }: PositionRow): Position {
  return seq === null ? { index } : { index, seq }
}
