import { type RawBuilder, sql } from 'kysely'
import { compileOnce, createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'

/** One row per run: what lists and pages show without reading the events. */
interface RunsTable {
  readonly id: string
  readonly sponsor: string
  readonly workflow: string
  readonly policy_digest: string
  readonly agent: string
  readonly agent_kind: string
  readonly agent_version: string | null
  readonly recorder: string
  readonly status: string
  readonly opened_at: string
  readonly closed_at: string | null
  readonly exit_code: number | null
  readonly duration_ms: number | null
  readonly model_calls: number
  readonly refused_calls: number
  readonly tool_calls: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_nano_usd: number
  readonly unpriced_calls: number
  readonly gaps: number
}

export interface RunTables {
  readonly runs: RunsTable
  readonly run_commits: { readonly sha: string; readonly run: string; readonly repository: number }
  readonly run_records: { readonly run: string; readonly event: string; readonly entry: string }
}

export type RunRow = RunsTable

const statements = createStatements<RunTables>()

export type NewRun = Pick<
  RunsTable,
  'id' | 'sponsor' | 'workflow' | 'policy_digest' | 'agent' | 'agent_kind' | 'recorder' | 'opened_at'
>

export function insertRun(run: NewRun): Write {
  return toWrite(
    statements.insertInto('runs').values({
      ...run,
      status: 'open',
      agent_version: null,
      closed_at: null,
      exit_code: null,
      duration_ms: null,
      model_calls: 0,
      refused_calls: 0,
      tool_calls: 0,
      input_tokens: 0,
      output_tokens: 0,
      cost_nano_usd: 0,
      unpriced_calls: 0,
      gaps: 0,
    }),
  )
}

export type RunOutcome = Pick<RunsTable, 'status' | 'closed_at' | 'exit_code' | 'duration_ms'>

export function setOutcome(run: string, outcome: RunOutcome): Write {
  return toWrite(statements.updateTable('runs').set(outcome).where('id', '=', run))
}

export function setAgentVersion(run: string, version: string): Write {
  return toWrite(statements.updateTable('runs').set({ agent_version: version }).where('id', '=', run))
}

const COUNTERS = [
  'model_calls',
  'refused_calls',
  'tool_calls',
  'input_tokens',
  'output_tokens',
  'cost_nano_usd',
  'unpriced_calls',
  'gaps',
] as const satisfies readonly (keyof RunsTable)[]
type Counter = (typeof COUNTERS)[number]

/** Adds to counters of a run. */
export function addToRun(run: string, amounts: Partial<Record<Counter, number>>): Write {
  return addToCounters({ ...NOTHING, ...amounts, id: run })
}

const NOTHING = Object.fromEntries(COUNTERS.map((column) => [column, 0])) as Record<Counter, number>

/** One statement for all counters, since every call comes through here. */
const addToCounters = compileOnce<Record<Counter | 'id', number | string>>(
  [...COUNTERS, 'id'],
  ({ id, ...amounts }) => {
    const sums: Partial<Record<Counter, RawBuilder<number>>> = {}
    for (const column of COUNTERS) sums[column] = sql<number>`${sql.ref(column)} + ${amounts[column]}`
    return statements.updateTable('runs').set(sums).where('id', '=', String(id))
  },
)

export function insertCommit(commit: RunTables['run_commits']): Write {
  return toWrite(
    statements
      .insertInto('run_commits')
      .values(commit)
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function insertRecord(record: RunTables['run_records']): Write {
  return toWrite(
    statements
      .insertInto('run_records')
      .values(record)
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function runById(db: Reader<RunTables>, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Runs that made a commit whose id is `sha` or begins with it. */
export async function runsOfCommit(db: Reader<RunTables>, sha: string): Promise<string[]> {
  const rows = await db
    .selectFrom('run_commits')
    .select('run')
    .distinct()
    .where('sha', '>=', sha)
    .where('sha', '<', `${sha}g`)
    .limit(10)
    .execute()
  return rows.map((row) => row.run)
}

/** Newest first; `before` is the id of the last run of the page before. */
export function runsBefore(
  db: Reader<RunTables>,
  before: string | undefined,
  limit: number,
): Promise<RunRow[]> {
  const page = db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit)
  return (before === undefined ? page : page.where('id', '<', before)).execute()
}

export function openRuns(db: Reader<RunTables>): Promise<RunRow[]> {
  return db.selectFrom('runs').selectAll().where('status', '=', 'open').orderBy('id').execute()
}

/** Ended runs whose execution record was not signed yet: the server stopped in between. */
export function runsWithoutRecord(db: Reader<RunTables>): Promise<RunRow[]> {
  return db
    .selectFrom('runs')
    .selectAll()
    .where('status', '!=', 'open')
    .where('id', 'not in', (sub) => sub.selectFrom('run_records').select('run'))
    .execute()
}

export async function recordOfRun(
  db: Reader<RunTables>,
  run: string,
): Promise<RunTables['run_records'] | undefined> {
  return db.selectFrom('run_records').selectAll().where('run', '=', run).executeTakeFirst()
}
