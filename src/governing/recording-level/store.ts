import { createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'

interface LevelsTable {
  readonly workflow: string
  readonly policy_digest: string
  readonly parts: string
  readonly retention_ms: number | null
}

export interface RecordingLevelTables {
  /** What each workflow records, as it was last applied. */
  readonly recording_levels: LevelsTable
  /** Versions of a policy that record less, and who asked for them. */
  readonly recording_requests: {
    readonly workflow: string
    readonly policy_digest: string
    readonly asked_by: string
  }
}

export type LevelRow = LevelsTable
type Db = Reader<RecordingLevelTables>

const statements = createStatements<RecordingLevelTables>()

export function setLevel(level: LevelRow): Write {
  const { workflow: _, ...changed } = level
  return toWrite(
    statements
      .insertInto('recording_levels')
      .values(level)
      .onConflict((conflict) => conflict.column('workflow').doUpdateSet(changed)),
  )
}

export function insertRequest(request: RecordingLevelTables['recording_requests']): Write {
  return toWrite(
    statements
      .insertInto('recording_requests')
      .values(request)
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function deleteRequests(workflow: string): Write {
  return toWrite(statements.deleteFrom('recording_requests').where('workflow', '=', workflow))
}

export function levelOf(db: Db, workflow: string): Promise<LevelRow | undefined> {
  return db.selectFrom('recording_levels').selectAll().where('workflow', '=', workflow).executeTakeFirst()
}

export async function whoAsked(db: Db, workflow: string, digest: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('recording_requests')
    .select('asked_by')
    .where('workflow', '=', workflow)
    .where('policy_digest', '=', digest)
    .executeTakeFirst()
  return row?.asked_by
}
