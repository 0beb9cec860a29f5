import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** One statement with its parameters: what a projection returns and the writer executes. */
export interface Write {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/**
 * Opens the read-write connection. Only the writer thread may hold one. Every commit is on disk when it returns:
 * WAL with synchronous=FULL, asserted because the setting belongs to the connection and NORMAL would lose commits
 * at a power cut.
 */
export function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  // Rows of one to four kilobytes leave much of a page of 4 KiB empty. Counts for a new database only.
  database.exec('PRAGMA page_size=8192')
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA busy_timeout=5000; PRAGMA wal_autocheckpoint=4000',
  )
  const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode
  const synchronous = database.prepare('PRAGMA synchronous').get()?.synchronous
  if (mode !== 'wal' || synchronous !== 2) {
    throw new Error(
      `SQLite refused WAL with full synchronisation (journal ${String(mode)}, synchronous ${String(synchronous)})`,
    )
  }
  return database
}

/** Opens a read-only connection; it sees committed rows only. */
export function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec('PRAGMA busy_timeout=5000; PRAGMA cache_size=-32768')
  return database
}

/** Turns values into what SQLite stores without the silent changes of the driver (dates, undefined, booleans). */
export function toSqlParameters(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
      return value
    if (value instanceof Uint8Array) return value
    throw new TypeError(`a ${typeof value} is not a SQL parameter; convert it in store.ts`)
  })
}
