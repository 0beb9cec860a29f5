import { storageFailures } from './failures.ts'

/** SQLite's primary result codes for a file that cannot be opened, is damaged, or is no database. */
const DAMAGE: readonly number[] = [11, 14, 26]

/** What `work` gives; throws `storage.database-damaged` where the file at `path` is what stands in its way. */
export function whileUndamaged<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    const code = (cause as { errcode?: unknown }).errcode
    if (typeof code !== 'number' || !DAMAGE.includes(code & 0xff)) throw cause
    throw storageFailures.create(
      'database-damaged',
      `${path} is missing, damaged or no database of Custody's; nothing was changed. Put a backup in its place.`,
      { cause },
    )
  }
}
