import type { IdentityTables } from '../governing/identity/index.ts'
import { Scim, type ScimOptions, type ScimSettings, type ScimTables } from '../integrations/scim/index.ts'
import type { Database } from '../storage/index.ts'
import { logLine } from './log-line.ts'

interface OpenScim extends Pick<ScimOptions, 'identity' | 'ledger' | 'clock' | 'ids'> {
  readonly database: Database
  readonly settings: ScimSettings | undefined
  report(line: string): void
}

/** The SCIM server, with the groups there are already following the configuration if there is one. */
export async function openScim({ database, settings, report, ...deps }: OpenScim): Promise<Scim> {
  const reader = database.reader<ScimTables & IdentityTables>()
  const scim = new Scim({ ...deps, reader, ...settings })
  if (settings === undefined) return scim
  // Roles that cannot be taken now, from the last administrator, keep no server from starting.
  await scim
    .followConfiguration()
    .catch((error: unknown) => report(logLine('giving groups their roles:', error)))
  return scim
}
