import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storageFailures } from './failures.ts'

/** Held for as long as a process may write and sign in a data directory. */
export interface DirectoryLock {
  release(): void
}

/**
 * Takes the data directory for this process. The lock is an exclusive SQLite transaction on a file of its own, that is
 * a POSIX record lock: it works between containers that share the volume and the kernel frees it when the process dies.
 * Throws `storage.data-directory-in-use` at once when somebody else holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const database = new DatabaseSync(join(directory, 'lock.db'))
  try {
    database.exec('PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (!isBusy(cause)) throw cause
    throw storageFailures.create(
      'data-directory-in-use',
      `Another Custody server is using ${directory}; stop it, or give this one its own directory with --data.`,
      { cause },
    )
  }
  return {
    release() {
      if (database.isOpen) database.close()
    },
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5
  const code = (error as { errcode?: unknown }).errcode
  return typeof code === 'number' && (code & 0xff) === SQLITE_BUSY
}
