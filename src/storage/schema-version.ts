import type { Failure } from '../kernel/index.ts'
import { storageFailures } from './failures.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'

/** Where a database stands, and the oldest schema whose servers may work on it. */
export interface SchemaVersion {
  readonly version: number
  readonly compatibleSince: number
}

/** The table both engines keep it in, and how it is read and written. */
export const SCHEMA_VERSIONS = {
  make: 'CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, compatible_since INTEGER NOT NULL)',
  read: 'SELECT version, compatible_since FROM schema_versions ORDER BY version DESC LIMIT 1',
  note: ({ version, compatibleSince }: SchemaVersion) =>
    `INSERT INTO schema_versions (version, compatible_since) VALUES (${version}, ${compatibleSince})`,
} as const

/** The steps a database still lacks, each with the version it leads to. Throws `storage.database-newer`. */
export function stepsFrom(
  found: SchemaVersion | undefined,
  known: readonly Migration[] = MIGRATIONS,
): readonly (Migration & SchemaVersion)[] {
  const failure = tooNew(found, known)
  if (failure !== undefined) throw failure
  return known
    .map((migration, i) => ({ ...migration, version: i + 1 }))
    .filter(({ version }) => version > (found?.version ?? 0))
}

/** Why this version of Custody must not use a database; undefined when it may, be it beside a newer one. */
function tooNew(
  found: SchemaVersion | undefined,
  known: readonly Migration[] = MIGRATIONS,
): Failure | undefined {
  return found === undefined ? undefined : tooOld(found.compatibleSince, known)
}

/** The same, by the oldest schema that may go on alone: a newer server may have moved the database meanwhile. */
export function tooOld(
  compatibleSince: number,
  known: readonly Migration[] = MIGRATIONS,
): Failure | undefined {
  if (compatibleSince <= known.length) return undefined
  return storageFailures.create(
    'database-newer',
    `The database needs schema ${compatibleSince}, this version of Custody knows ${known.length}; install the newer version.`,
  )
}
