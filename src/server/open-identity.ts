import { Identity, type IdentityDeps, openRunTokenKey } from '../governing/identity/index.ts'
import { RecordingLevels, type RecordingLevelTables } from '../governing/recording-level/index.ts'
import { systemRandom } from '../kernel/index.ts'
import type { Runs } from '../recording/runs/index.ts'
import type { Database } from '../storage/index.ts'
import type { DataDirectory } from './data-directory.ts'
import { Leavers } from './leavers.ts'
import { logLine } from './log-line.ts'

type Given = Omit<IdentityDeps, 'report' | 'random' | 'runTokenKey'> & {
  readonly directory: DataDirectory
  report(line: string): void
}

/** Who is there and what they may do. Throws `identity.token-key-missing`. */
export async function openIdentity(given: Given): Promise<Identity> {
  const runTokenKey = await openRunTokenKey(given.directory.runTokenKey)
  const report = (error: unknown) => given.report(logLine('recording refused attempts:', error))
  return new Identity({ ...given, random: systemRandom, runTokenKey, report })
}

/**
 * What follows from changes of who is there. Where several servers share a database, each looks whether another one changed
 * something.
 */
export async function openFollowUps(
  given: Given & { readonly identity: Identity; readonly runs: Runs; readonly database: Database },
): Promise<{ readonly leavers: Leavers; readonly recordingLevels: RecordingLevels; close(): Promise<void> }> {
  const { identity, database, directory } = given
  const report = (error: unknown) => given.report(logLine('following up who left:', error))
  const leavers = new Leavers({ ...given, root: directory.root, report })
  await leavers.check()
  const isShared = database.place.engine === 'postgres'
  const endWatching = isShared ? identity.changes.watch(WATCH_EVERY_MS) : () => undefined
  const counting = setInterval(() => void identity.denials.flush(), COUNTS_EVERY_MS)
  counting.unref()
  const close = () => {
    clearInterval(counting)
    endWatching()
    return leavers.close()
  }
  const reader = database.reader<RecordingLevelTables>()
  const othersThan = (person: string) => identity.directory.othersThan(person)
  return { leavers, recordingLevels: new RecordingLevels({ ...given, reader, othersThan }), close }
}

/** Refused attempts that were only counted are recorded after this time, also when none follows. */
const COUNTS_EVERY_MS = 60_000
/** A change is seen by every server within this time. */
const WATCH_EVERY_MS = 25
