import type { Clock, Id } from '../../src/kernel/index.ts'
import { type OpenedRun, RunningCustody, type RunningCustodyOptions } from './running-custody.ts'

const DAY_MS = 86_400_000

/** A clock that stands where a test puts it, and ticks a millisecond whenever it is read. */
export class SetClock implements Clock {
  #now: number

  constructor(start: string) {
    this.#now = Date.parse(start)
  }

  now(): number {
    return this.#now++
  }

  monotonic(): number {
    return performance.now()
  }

  set(at: string): void {
    this.#now = Date.parse(at)
  }

  forwardDays(days: number): void {
    this.#now += days * DAY_MS
  }
}

/** Somebody who is signed in. */
export interface SignedIn {
  readonly id: Id<'per'>
  readonly session: string
}

export const START = '2026-11-21T12:00:00.000Z'

/** A server under a clock that the test sets. */
export async function startForgetful(
  options: RunningCustodyOptions = {},
): Promise<{ readonly custody: RunningCustody; readonly clock: SetClock }> {
  const clock = new SetClock(START)
  const custody = await RunningCustody.prepare(options)
  await custody.start({ clock })
  return { custody, clock }
}

export async function addPerson(custody: RunningCustody, name: string): Promise<SignedIn> {
  const { identity } = custody.server.services
  const email = `${name.toLowerCase()}@example.test`
  const { id } = await identity.directory.add({ name, email, emailVerified: true }, 'system')
  await identity.roleGrants.grant(id, { role: 'administrator', scope: 'organisation' }, 'system')
  const { token } = await identity.sessions.start(id, { kind: 'cli', lifetimeMs: 1000 * DAY_MS })
  return { id, session: token }
}

/** Says in every body what nobody may find afterwards. */
export const SECRET = 'quick brown fox'

/** A run with small parts and one that is too large for the database, open. */
export async function openFilledRun(custody: RunningCustody, session?: string): Promise<OpenedRun> {
  const opened = await custody.openRun(`The ${SECRET} signs nothing`, session)
  await observe(custody, opened, { session, body: Buffer.from(`{"path":"/${SECRET}"}`) })
  return opened
}

/** The same, ended. */
export async function filledRun(custody: RunningCustody, session?: string): Promise<string> {
  const opened = await openFilledRun(custody, session)
  const closing = { exitCode: 0, durationMs: 1000 }
  const { status } = await custody.api('POST', `/v1/runs/${opened.run}/close`, closing, session)
  if (status !== 200) throw new Error('the run was not closed')
  return opened.run
}

export async function observe(
  custody: RunningCustody,
  { run }: OpenedRun,
  { session, body }: { readonly session?: string | undefined; readonly body: Uint8Array },
): Promise<void> {
  const data = { repository: 0, moment: 'before', clean: true, untracked: 0, submodules: 0 }
  const part = { name: 'state', type: 'application/json', body: Buffer.from(body).toString('base64') }
  const sent = { kind: 'repository.observed', data, parts: [part] }
  const { status } = await custody.api('POST', `/v1/runs/${run}/observations`, sent, session)
  if (status !== 201) throw new Error('the observation was not recorded')
}

/** Names of the run's parts as `EVENT/NAME`, in the order of its events. */
export function partsOf(custody: RunningCustody, run: string): string[] {
  using view = custody.durable()
  return view.events(run).flatMap(({ id, parts }) => Object.keys(parts ?? {}).map((name) => `${id}/${name}`))
}
