import { BareIdentity } from '../test/support/bare-identity.ts'
import { percentile, type Result } from './result.ts'

const CALLS = 200_000
const WARM_UP = 20_000
const ROUNDS = 5
const REVOCATIONS = 200
/** As a server looks that shares its database. */
const WATCH_EVERY_MS = 25

/** The clock of the test ticks whenever it is read; a token must outlast every call, or what is timed is its refusal. */
const LIFETIME_MS = 1_000_000_000

/**
 * What it costs to know who a gateway call is for and that it may be made, and how fast a revocation reaches somebody who
 * remembers for themselves. Both stand in one process here: what lies between two is the same database, looked at alike.
 */
export async function authorise(): Promise<Result> {
  await using bare = await BareIdentity.start()
  const ada = await bare.administrator()
  const { token } = await bare.mintRunToken(ada.id, LIFETIME_MS)
  const work = () => bare.identity.callAuthority(token)
  const empty = () => Promise.resolve({ state: 'valid' })
  await repeat(work, WARM_UP)
  await repeat(empty, WARM_UP)
  const [withWork, without] = [await rounds(work), await rounds(empty)]
  const revoked = await revocations(bare)
  const cost = percentile(withWork, 0.5)
  const p99 = percentile(revoked, 0.99)
  return {
    title: 'Authentication and authorisation of one gateway call, warm',
    columns: ['what', 'µs of CPU a call, median of rounds'],
    rows: [
      ['run token and Cedar decision', cost.toFixed(2)],
      ['an empty call', percentile(without, 0.5).toFixed(2)],
      [
        `revocation to refusal by a second instance in this process, p50 of ${REVOCATIONS} (ms)`,
        percentile(revoked, 0.5).toFixed(1),
      ],
      ['the same, p99 (ms)', p99.toFixed(1)],
    ],
    targets: [
      { what: 'CPU a call', measured: `${cost.toFixed(2)} µs`, target: '≤ 10 µs', met: cost <= 10 },
      {
        what: 'revocation, p99, two instances in one process',
        measured: `${p99.toFixed(1)} ms`,
        target: '< 100 ms',
        met: p99 < 100,
      },
    ],
  }
}

async function rounds(work: Work): Promise<number[]> {
  const costs: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const before = process.cpuUsage()
    await repeat(work, CALLS)
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / CALLS)
  }
  return costs
}

async function repeat(work: Work, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const { state } = await work()
    if (state !== 'valid') throw new Error(`a timed call was answered ${state}`)
  }
}

type Work = () => Promise<{ readonly state: string }>

/** From the moment a deactivation is asked for until somebody with a memory of their own refuses the token. */
async function revocations(bare: BareIdentity): Promise<number[]> {
  const { directory, roleGrants } = bare.identity
  const other = bare.another()
  const end = other.changes.watch(WATCH_EVERY_MS)
  const times: number[] = []
  for (let i = 0; i < REVOCATIONS; i++) {
    const added = { name: `P ${i}`, email: `p${i}@example.test`, emailVerified: true }
    const { id } = await directory.add(added, 'system')
    await roleGrants.grant(id, { role: 'developer', scope: 'organisation' }, 'system')
    const { token } = await bare.mintRunToken(id)
    while ((await other.callAuthority(token)).state !== 'valid') await pause()
    const from = performance.now()
    await directory.deactivate(id, 'left', 'system')
    while ((await other.callAuthority(token)).state !== 'revoked') await pause()
    times.push(performance.now() - from)
  }
  end()
  return times
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}
