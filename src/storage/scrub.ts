import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import type { DatabasePlace } from './database.ts'

const ATTEMPTS = 100
const ATTEMPT_EVERY_MS = 50

/**
 * Returns when what was deleted is gone from the database's own files: SQLite overwrites freed room, and the write-ahead
 * log, which may hold it still, is taken over and emptied. False when readers or writers left no moment for that in five
 * seconds. PostgreSQL clears away in its own time (autovacuum); there is nothing to wait for.
 */
export async function scrubDeleted(place: DatabasePlace): Promise<boolean> {
  if (place.engine !== 'sqlite') return true
  const database = new DatabaseSync(place.path)
  try {
    // Waits for a writer in the middle of a commit, but not so long that it would be felt.
    database.exec(`PRAGMA busy_timeout=${ATTEMPT_EVERY_MS}`)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0) return true
      await setTimeout(ATTEMPT_EVERY_MS)
    }
    return false
  } finally {
    database.close()
  }
}
