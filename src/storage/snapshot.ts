import { open } from 'node:fs/promises'
import { openReader } from './sqlite.ts'

/**
 * Copies the database as of one moment into a new file at `target`, durably, while others go on writing to it. What
 * was deleted is not in the copy, not even in its free pages.
 */
export async function snapshotDatabase(path: string, target: string): Promise<void> {
  const database = openReader(path)
  try {
    database.prepare('VACUUM INTO ?').run(target)
  } finally {
    database.close()
  }
  const file = await open(target, 'r+')
  try {
    await file.chmod(0o600)
    await file.sync()
  } finally {
    await file.close()
  }
}
