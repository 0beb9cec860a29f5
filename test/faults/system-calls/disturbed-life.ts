import type { Beginning, Lives } from './lives.ts'
import { complaintsAfter } from './recovery.ts'
import type { ChangingCall, Life } from './strace.ts'
import { isAppended, isRefused, isSeen, type Told } from './told.ts'
import type { Place } from './trace.ts'

/** What is done to a life at one place, to which calls, and how the ledger must take it while it lives. */
export interface Disturbance {
  readonly name: string
  /** strace's words. */
  readonly fault: string
  readonly calls: readonly ChangingCall[]
  readonly misbehaviour: (place: Place, life: Life) => readonly string[]
}

export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'killed',
    fault: 'signal=SIGKILL',
    calls: ['write', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink', 'mkdir', 'rmdir'],
    misbehaviour: (_place, { signal }) => (signal === 'SIGKILL' ? [] : ['nobody was killed']),
  },
  { name: 'sync fails', fault: 'error=EIO', calls: ['fsync', 'fdatasync'], misbehaviour: goesOnAfterSync },
  {
    name: 'call fails',
    fault: 'error=EIO',
    calls: ['write', 'pwrite64', 'ftruncate', 'rename', 'unlink', 'mkdir', 'rmdir'],
    misbehaviour: () => [],
  },
  {
    name: 'disk full',
    fault: 'error=ENOSPC',
    calls: ['write', 'pwrite64', 'rename', 'mkdir'],
    misbehaviour: staysRefusing,
  },
]

/** Lives once with the disturbance at one place, then starts again. Every line begins with what was done where. */
export async function complaintsAbout(
  lives: Lives,
  { from, place, disturbance }: { from: Beginning; place: Place; disturbance: Disturbance },
): Promise<readonly string[]> {
  const inject = { ...place, fault: disturbance.fault }
  const life = await lives.live(from, { work: 'small', ending: 'close', inject })
  const own = { ...life, told: life.told.slice(from.told.length) }
  const complaints = [
    ...disturbance.misbehaviour(place, own),
    ...(await complaintsAfter(life.directory, life.told)),
  ]
  await lives.forget(life.directory)
  const { call, path, nth } = place
  return complaints.map(
    (what) => `${disturbance.name} at ${call} ${nth} of ${path || 'the directory'}: ${what}`,
  )
}

/** After a failed sync, nobody knows what is on the disk: that part of the ledger acknowledges nothing any more. */
function goesOnAfterSync({ path }: Place, { told }: Life): readonly string[] {
  const refused = told.findIndex(isRefused)
  if (refused < 0)
    return SYNCS_OF_SQLITE_ALONE.includes(path) ? [] : ['a failed sync was taken for a good one']
  const acknowledges: (one: Told) => boolean = path.startsWith('ledger.db') ? isAppended : isSeen
  return told.slice(refused).some(acknowledges) ? ['it went on after a failed sync'] : []
}

/** SQLite passes over a directory it cannot sync when it makes a file. */
const SYNCS_OF_SQLITE_ALONE = ['']

/** Room that is missing once costs one append or one publication; the next has it again. */
function staysRefusing(_place: Place, { told }: Life): readonly string[] {
  const refusals = told.filter(isRefused)
  const isPassing =
    refusals.length <= 1 &&
    refusals.every(({ refused, code }) => refused === 'start' || /disk-full/.test(code))
  return isPassing ? [] : [`a full disk was answered with ${JSON.stringify(refusals)}`]
}
