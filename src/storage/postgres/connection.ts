import { Client } from 'pg'
import type { Failure } from '../../kernel/index.ts'
import { storageFailures } from '../failures.ts'
import { clientConfig, withoutPassword } from './settings.ts'
import { toPostgresSql } from './sql-words.ts'

/** One session of PostgreSQL. Statements are sent at once and run in order; none waits for another's answer. */
export interface PostgresSession {
  /** Runs a statement with the placeholders of SQLite; rejects with the driver's error. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
  /** Commits; rejects when the transaction had failed before. */
  commit(): Promise<void>
  /** Runs many statements without parameters. */
  script(sql: string): Promise<void>
  readonly isOpen: boolean
  close(): Promise<void>
}

const MAX_PREPARED = 500

/** A process that hangs in a transaction must not keep the others waiting for ever. */
const IDLE_IN_TRANSACTION_MS = 15_000

/** Connects, and makes sure that a commit is durable there. Throws `storage.database-unreachable` or `-unsafe`. */
export async function connectPostgres(url: string): Promise<PostgresSession> {
  const client = new Client({
    ...clientConfig(url),
    pipeline: true,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  })
  const session = new ClientSession(client)
  try {
    await client.connect()
    await checkSettings(session)
    return session
  } catch (error) {
    await session.close()
    throw reasonOf(error, url)
  }
}

class ClientSession implements PostgresSession {
  readonly #client: Client
  readonly #prepared = new Map<string, { readonly name?: string; readonly text: string }>()
  #isOpen = true

  constructor(client: Client) {
    this.#client = client
    // Statements in flight are told by their own rejection.
    client.on('error', () => {
      this.#isOpen = false
    })
    client.on('end', () => {
      this.#isOpen = false
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.#client.query({ ...this.#prepare(sql), values: [...parameters] })
    return rows as Row[]
  }

  async commit(): Promise<void> {
    const { command } = await this.#client.query('COMMIT')
    if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back')
  }

  async script(sql: string): Promise<void> {
    await this.#client.query(sql)
  }

  async close(): Promise<void> {
    this.#isOpen = false
    await this.#client.end().catch(() => undefined)
  }

  /** Named, so that the server parses each statement once; those beyond the first few hundred are not worth it. */
  #prepare(sql: string) {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const text = toPostgresSql(sql)
    const isOneTooMany = this.#prepared.size >= MAX_PREPARED
    const statement = isOneTooMany ? { text } : { name: `c${this.#prepared.size}`, text }
    if (!isOneTooMany) this.#prepared.set(sql, statement)
    return statement
  }
}

const OLDEST_VERSION = 140_000

/** What must be true of a server for a commit to be on its disk when it is answered. */
const NEEDED: Readonly<Record<string, (value: string) => boolean>> = {
  server_version_num: (value) => Number(value) >= OLDEST_VERSION,
  fsync: (value) => value === 'on',
  full_page_writes: (value) => value === 'on',
  synchronous_commit: (value) => value !== 'off',
  server_encoding: (value) => value === 'UTF8',
}

async function checkSettings(session: PostgresSession): Promise<void> {
  const rows = await session.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('${Object.keys(NEEDED).join("', '")}')`,
  )
  const wrong = rows.filter(({ name, setting }) => NEEDED[name]?.(setting) === false)
  if (wrong.length === 0) return
  throw storageFailures.create(
    'database-unsafe',
    `PostgreSQL has ${wrong.map(({ name, setting }) => `${name}=${setting}`).join(', ')}; Custody needs version 14 or newer with fsync, full_page_writes and synchronous_commit on, and UTF8.`,
  )
}

function reasonOf(error: unknown, url: string): Failure {
  if (error instanceof Error && 'kind' in error) return error as Failure
  // The driver's message may name the user, never the password.
  const { code, message } = error as { code?: string; message?: string }
  return storageFailures.create(
    'database-unreachable',
    `The database ${withoutPassword(url)} cannot be reached (${code ?? message ?? 'unknown reason'}).`,
    { cause: error },
  )
}
