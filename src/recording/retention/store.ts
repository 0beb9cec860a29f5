import { createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'

interface HoldsTable {
  readonly event: string
  readonly at: string
  readonly actor: string
  readonly scope: string
  readonly subject: string
  readonly lifted_at: string | null
  readonly lifted_by: string | null
}

interface RequestsTable {
  readonly event: string
  readonly at: string
  readonly actor: string
  readonly scope: string
  readonly subject: string
  readonly reason: string
  /** Index of the last entry of the erasure it led to. */
  readonly done_by: number | null
}

interface ErasuresTable {
  /** Index of its entry. */
  readonly entry: number
  readonly event: string
  readonly at: string
  readonly actor: string
  readonly approver: string | null
  readonly scope: string
  readonly subject: string
  readonly reason: string
  readonly parts: number
  readonly bytes: number
}

interface ClockTable {
  readonly only: number
  readonly believed_ms: number
  readonly ahead_since_ms: number | null
  readonly ahead_last_ms: number | null
}

export interface RetentionTables {
  readonly holds: HoldsTable
  readonly erasure_requests: RequestsTable
  readonly erasures: ErasuresTable
  readonly deletion_records: { readonly erasure: string; readonly event: string; readonly entry: string }
  /** Takes no row: writing one makes the whole unit fail (`forbidHeld`). */
  readonly erasures_in_spite_of_hold: { readonly hold: string }
  readonly retention_clock: ClockTable
  readonly retention_marks: { readonly at_ms: number; readonly entries: number }
}

export type HoldRow = HoldsTable
export type RequestRow = RequestsTable
export type ErasureRow = ErasuresTable
export type ClockRow = Omit<ClockTable, 'only'>
type Db = Reader<RetentionTables>

const statements = createStatements<RetentionTables>()

export function insertHold(hold: Omit<HoldsTable, 'lifted_at' | 'lifted_by'>): Write {
  return toWrite(statements.insertInto('holds').values({ ...hold, lifted_at: null, lifted_by: null }))
}

/** The first lifting stays. */
export function liftHold(hold: string, lifting: { readonly at: string; readonly by: string }): Write {
  return toWrite(
    statements
      .updateTable('holds')
      .set({ lifted_at: lifting.at, lifted_by: lifting.by })
      .where('event', '=', hold)
      .where('lifted_at', 'is', null),
  )
}

/** What a hold can cover, by scope. */
export interface Covered {
  readonly run: readonly string[]
  readonly workflow: readonly string[]
  readonly person: readonly string[]
}

/**
 * Makes the unit it belongs to fail when a hold covers any of these: a hold that was placed since they were looked at must
 * not come too late.
 */
export function forbidHeld(covered: Covered): Write {
  return toWrite(
    statements
      .insertInto('erasures_in_spite_of_hold')
      .columns(['hold'])
      .expression(covering(statements, covered).select('event')),
  )
}

export function holdsCovering(db: Db, covered: Covered): Promise<HoldRow[]> {
  return covering(db, covered).selectAll().orderBy('event').execute()
}

function covering(db: Db, covered: Covered) {
  const scopes: readonly (keyof Covered)[] = ['run', 'workflow', 'person']
  const named = scopes.filter((scope) => covered[scope].length > 0)
  return db
    .selectFrom('holds')
    .where('lifted_at', 'is', null)
    .where(({ eb, and, or }) =>
      or([
        eb('scope', '=', 'organisation'),
        ...named.map((scope) => and([eb('scope', '=', scope), eb('subject', 'in', covered[scope])])),
      ]),
    )
}

export function allHolds(db: Db): Promise<HoldRow[]> {
  return db.selectFrom('holds').selectAll().orderBy('event', 'desc').limit(MAX_LISTED).execute()
}

export function holdById(db: Db, event: string): Promise<HoldRow | undefined> {
  return db.selectFrom('holds').selectAll().where('event', '=', event).executeTakeFirst()
}

export function insertRequest(request: Omit<RequestsTable, 'done_by'>): Write {
  return toWrite(statements.insertInto('erasure_requests').values({ ...request, done_by: null }))
}

export function finishRequest(event: string, entry: number): Write {
  return toWrite(
    statements.updateTable('erasure_requests').set({ done_by: entry }).where('event', '=', event),
  )
}

export function requestById(db: Db, event: string): Promise<RequestRow | undefined> {
  return db.selectFrom('erasure_requests').selectAll().where('event', '=', event).executeTakeFirst()
}

export function openRequests(db: Db): Promise<Omit<RequestRow, 'done_by'>[]> {
  return db
    .selectFrom('erasure_requests')
    .select(['event', 'at', 'actor', 'scope', 'subject', 'reason'])
    .where('done_by', 'is', null)
    .orderBy('event')
    .limit(MAX_LISTED)
    .execute()
}

export function insertErasure(erasure: ErasuresTable): Write {
  return toWrite(statements.insertInto('erasures').values(erasure))
}

/** Newest first; `before` is the entry of the last one of the page before. */
export function erasuresBefore(db: Db, before: number | undefined, limit: number): Promise<ErasureRow[]> {
  const page = db.selectFrom('erasures').selectAll().orderBy('entry', 'desc').limit(limit)
  return (before === undefined ? page : page.where('entry', '<', before)).execute()
}

export function erasureByEntry(db: Db, entry: number): Promise<ErasureRow | undefined> {
  return db.selectFrom('erasures').selectAll().where('entry', '=', entry).executeTakeFirst()
}

export function insertDeletionRecord(record: RetentionTables['deletion_records']): Write {
  return toWrite(
    statements
      .insertInto('deletion_records')
      .values(record)
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function deletionRecordOf(
  db: Db,
  erasure: string,
): Promise<RetentionTables['deletion_records'] | undefined> {
  return db.selectFrom('deletion_records').selectAll().where('erasure', '=', erasure).executeTakeFirst()
}

/** Erasures whose deletion record was not signed yet: the server stopped in between. */
export function erasuresWithoutRecord(db: Db): Promise<ErasureRow[]> {
  return db
    .selectFrom('erasures')
    .selectAll()
    .where('event', 'not in', (sub) => sub.selectFrom('deletion_records').select('erasure'))
    .orderBy('entry')
    .limit(MAX_LISTED)
    .execute()
}

export function retentionClock(db: Db): Promise<ClockRow | undefined> {
  return db
    .selectFrom('retention_clock')
    .select(['believed_ms', 'ahead_since_ms', 'ahead_last_ms'])
    .executeTakeFirst()
}

export function setRetentionClock(clock: ClockRow): Write {
  return toWrite(
    statements
      .insertInto('retention_clock')
      .values({ only: 1, ...clock })
      .onConflict((conflict) => conflict.column('only').doUpdateSet(clock)),
  )
}

/** Notes that so many entries were there at a time that is believed. */
export function insertMark(mark: RetentionTables['retention_marks']): Write {
  return toWrite(
    statements
      .insertInto('retention_marks')
      .values(mark)
      .onConflict((conflict) => conflict.doNothing()),
  )
}

/** The latest believed time at which the entry was not there yet. */
export async function lastMarkBefore(db: Db, entry: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('retention_marks')
    .select('at_ms')
    .where('entries', '<=', entry)
    .orderBy('at_ms', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at_ms
}

export async function latestMark(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('retention_marks')
    .select('at_ms')
    .orderBy('at_ms', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at_ms
}

const MAX_LISTED = 1000
