import type { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from './migrations.ts'
import { SCHEMA_VERSIONS, type SchemaVersion, stepsFrom } from './schema-version.ts'

/** Brings the database to this version's schema in one transaction; `storage.database-newer` when it is ahead. */
export function migrate(database: DatabaseSync, known = MIGRATIONS): void {
  const steps = stepsFrom(schemaOf(database), known)
  if (steps.length === 0) return
  database.exec('BEGIN IMMEDIATE')
  database.exec(SCHEMA_VERSIONS.make)
  for (const step of steps) database.exec(`${step.statements};${SCHEMA_VERSIONS.note(step)}`)
  database.exec('COMMIT')
}

/** Undefined for a new database. */
function schemaOf(database: DatabaseSync): SchemaVersion | undefined {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'schema_versions'").get()
  const row = table === undefined ? undefined : database.prepare(SCHEMA_VERSIONS.read).get()
  if (row === undefined) return undefined
  return { version: Number(row.version), compatibleSince: Number(row.compatible_since) }
}
