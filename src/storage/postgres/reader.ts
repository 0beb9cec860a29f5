import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { clientConfig } from './settings.ts'

const MAX_CONNECTIONS = 8

/** A pool of connections for reading. Ended by the `destroy` of the query builder. */
export function createPostgresReader(url: string): Kysely<unknown> {
  const pool = new Pool({ ...clientConfig(url), max: MAX_CONNECTIONS })
  // A connection that is lost while nobody uses it is replaced when one is needed; one that is in use tells its query.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely({ dialect: new PostgresDialect({ pool }) })
}
