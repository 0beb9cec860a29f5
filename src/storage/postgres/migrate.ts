import { MIGRATIONS } from '../migrations.ts'
import { SCHEMA_VERSIONS, type SchemaVersion, stepsFrom } from '../schema-version.ts'
import { connectPostgres, type PostgresSession } from './connection.ts'
import { toPostgresSchema } from './sql-words.ts'

/** Any number that nobody else on the server is likely to lock. */
const MIGRATION_LOCK = 4_880_001

/**
 * Brings the database to this version's schema in one transaction, one process at a time; `storage.database-newer` when
 * it is ahead and does not say that this version may go on.
 */
export async function migratePostgres(url: string, known = MIGRATIONS): Promise<void> {
  const session = await connectPostgres(url)
  try {
    await session.query('BEGIN')
    await session.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    await session.script(toPostgresSchema(SCHEMA_VERSIONS.make))
    for (const step of stepsFrom(await schemaOf(session), known)) {
      await session.script(toPostgresSchema(step.statements))
      await session.script(SCHEMA_VERSIONS.note(step))
    }
    await session.commit()
  } finally {
    await session.close()
  }
}

async function schemaOf(session: PostgresSession): Promise<SchemaVersion | undefined> {
  const [row] = await session.query<{ version: number; compatible_since: number }>(SCHEMA_VERSIONS.read)
  return row === undefined ? undefined : { version: row.version, compatibleSince: row.compatible_since }
}
