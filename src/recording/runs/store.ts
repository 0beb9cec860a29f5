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
  /** What was recorded before anything was left out that is there already: requests in full, and the other bodies. */
  readonly raw_bytes: number
  /** The bodies as events commit to them, each piece once, and how many they are. */
  readonly part_bytes: number
  readonly parts: number
  /** How long the parts are kept from the opening on; null until a person erases them. */
  readonly retention_ms: number | null
  /** Index of the entry that erased every part of the run. */
  readonly erased_by: number | null
}

export interface RunTables {
  readonly runs: RunsTable
  readonly run_commits: { readonly sha: string; readonly run: string; readonly repository: number }
  /** When each open run was last heard of, by whichever of several servers. */
  readonly run_hearings: { readonly run: string; readonly heard_at: number }
  /** Which servers have taken a share in a run that another one opened; each has a number of its own. */
  readonly run_takers: { readonly run: string; readonly number: number }
  readonly run_records: { readonly run: string; readonly event: string; readonly entry: string }
}

export type RunRow = RunsTable

const statements = createStatements<RunTables>()

export type NewRun = Pick<
  RunsTable,
  | 'id'
  | 'sponsor'
  | 'workflow'
  | 'policy_digest'
  | 'agent'
  | 'agent_kind'
  | 'recorder'
  | 'opened_at'
  | 'retention_ms'
  | 'raw_bytes'
  | 'part_bytes'
  | 'parts'
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
      erased_by: null,
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
  'raw_bytes',
  'part_bytes',
  'parts',
] as const satisfies readonly (keyof RunsTable)[]
export type Counter = (typeof COUNTERS)[number]

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

/** Notes that every part of the run was erased by an entry; the first one stays. */
export function setErased(run: string, entry: number): Write {
  return toWrite(
    statements
      .updateTable('runs')
      .set({ erased_by: entry })
      .where('id', '=', run)
      .where('erased_by', 'is', null),
  )
}

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

export function runsOfSponsor(db: Reader<RunTables>, sponsor: string): Promise<RunRow[]> {
  return db.selectFrom('runs').selectAll().where('sponsor', '=', sponsor).orderBy('id').execute()
}

export function anyRunOfWorkflow(
  db: Reader<RunTables>,
  workflow: string,
): Promise<{ id: string } | undefined> {
  return db.selectFrom('runs').select('id').where('workflow', '=', workflow).limit(1).executeTakeFirst()
}

/** Which retentions the runs have whose parts are not erased. */
export async function retentionsInUse(db: Reader<RunTables>): Promise<number[]> {
  const rows = await db
    .selectFrom('runs')
    .select('retention_ms')
    .distinct()
    .where('retention_ms', 'is not', null)
    .where('erased_by', 'is', null)
    .$narrowType<{ retention_ms: number }>()
    .execute()
  return rows.map(({ retention_ms }) => retention_ms)
}

/** Where a page of runs in order of opening ends. */
export type Opened = Pick<RunRow, 'opened_at' | 'id'>

/** Ended runs of one retention that were opened before a time and are not erased, oldest first. */
export function runsOpenedBefore(
  db: Reader<RunTables>,
  page: {
    readonly retentionMs: number
    readonly before: string
    readonly after: Opened
    readonly limit: number
  },
): Promise<RunRow[]> {
  const { retentionMs, before, after, limit } = page
  return db
    .selectFrom('runs')
    .selectAll()
    .where('retention_ms', '=', retentionMs)
    .where('erased_by', 'is', null)
    .where('status', '!=', 'open')
    .where('opened_at', '<', before)
    .where(({ eb, and, or }) =>
      or([
        eb('opened_at', '>', after.opened_at),
        and([eb('opened_at', '=', after.opened_at), eb('id', '>', after.id)]),
      ]),
    )
    .orderBy('opened_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Whether a run of a retention of so many days, opened in a month (`2026-11`), still has parts or may get some. */
export async function hasKeptRuns(
  db: Reader<RunTables>,
  { days, period }: { readonly days: number; readonly period: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('runs')
    .select('id')
    .where('retention_ms', '>', (days - 1) * DAY_MS)
    .where('retention_ms', '<=', days * DAY_MS)
    .where('opened_at', '>=', period)
    .where('opened_at', '<', monthAfter(period))
    .where('erased_by', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

const DAY_MS = 86_400_000

function monthAfter(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number)
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7)
}

export function openRuns(db: Reader<RunTables>): Promise<RunRow[]> {
  return db.selectFrom('runs').selectAll().where('status', '=', 'open').orderBy('id').execute()
}

/** Runs that ended, before a moment if one is given, and whose execution record is not signed: a server stopped in between. */
export function runsWithoutRecord(db: Reader<RunTables>, endedBefore?: string): Promise<RunRow[]> {
  const unsigned = db
    .selectFrom('runs')
    .selectAll()
    .where('status', '!=', 'open')
    .where('id', 'not in', (sub) => sub.selectFrom('run_records').select('run'))
  return (endedBefore === undefined ? unsigned : unsigned.where('closed_at', '<', endedBefore)).execute()
}

export async function recordOfRun(
  db: Reader<RunTables>,
  run: string,
): Promise<RunTables['run_records'] | undefined> {
  return db.selectFrom('run_records').selectAll().where('run', '=', run).executeTakeFirst()
}

export function hearRun(run: string, heard_at: number): Write {
  return toWrite(
    statements
      .insertInto('run_hearings')
      .values({ run, heard_at })
      .onConflict((conflict) => conflict.column('run').doUpdateSet({ heard_at })),
  )
}

export function takeRun(run: string, number: number): Write {
  return toWrite(statements.insertInto('run_takers').values({ run, number }))
}

/** 0 when only the server that opened the run has recorded in it. */
export async function lastTaker(db: Reader<RunTables>, run: string): Promise<number> {
  const row = await db
    .selectFrom('run_takers')
    .select((select) => select.fn.max('number').as('number'))
    .where('run', '=', run)
    .executeTakeFirst()
  return row?.number ?? 0
}

/** Open runs that were last heard of before a moment. */
export async function silentRuns(db: Reader<RunTables>, before: number): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .innerJoin('run_hearings', 'run_hearings.run', 'runs.id')
    .select('runs.id')
    .where('runs.status', '=', 'open')
    .where('run_hearings.heard_at', '<', before)
    .execute()
  return rows.map((row) => row.id)
}
