import { parseArgs } from 'node:util'
import { killLoop } from './kill-loop.ts'
import { complaintsAbout, DISTURBANCES } from './system-calls/disturbed-life.ts'
import { type Beginning, Lives } from './system-calls/lives.ts'
import {
  complaintsAfterPowerLosses,
  isDecisive,
  type PowerLoss,
  withoutSyncs,
} from './system-calls/power-loss.ts'
import { requireStrace, type Work } from './system-calls/strace.ts'
import { placesOf, type Step } from './system-calls/trace.ts'

/*
 * Does to a ledger at every system call what can be done to it: kills it, lets calls fail, takes the power away. Then
 * starts it again and looks whether anything is gone that somebody had been told. `npm run test:faults` tries every
 * place (about an hour); with `-- --short` a spread of them. `--seed N` repeats what a run has printed.
 */

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, seed: { type: 'string' } },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))
/** Every how many places one is tried. */
const STRIDES = values.short
  ? { killed: 70, 'sync fails': 40, 'call fails': 100, 'disk full': 90, power: 20, large: 400, rounds: 0 }
  : { killed: 1, 'sync fails': 1, 'call fails': 2, 'disk full': 2, power: 1, large: 4, rounds: 100 }

const complaints: string[] = []
await requireStrace()
console.log(`seed ${seed}`)
await using lives = await Lives.begin()
const first = await lives.first()
const later = await lives.afterOne(first)
const recorded = {
  first: { from: first, steps: await lives.stepsFrom(first, 'small') },
  later: { from: later, steps: await lives.stepsFrom(later, 'small') },
}
for (const { from, steps } of Object.values(recorded)) await disturbEverywhere(from, steps)
for (const [name, life] of Object.entries(recorded)) await losePower(`${name} start`, life, STRIDES.power)
await losePower(
  'taking the write-ahead log in',
  { from: first, steps: await recordedOf('large') },
  STRIDES.large,
)
await noticeDisksThatLie(recorded.first)
if (STRIDES.rounds > 0) await killServers(STRIDES.rounds)

for (const complaint of complaints) console.log(`BROKEN ${complaint}`)
console.log(
  complaints.length === 0 ? 'Nothing was lost.' : `${complaints.length} promises broken (seed ${seed}).`,
)
process.exitCode = complaints.length === 0 ? 0 : 1

async function disturbEverywhere(from: Beginning, steps: readonly Step[]): Promise<void> {
  for (const disturbance of DISTURBANCES) {
    const all = placesOf(steps).filter(({ call }) => disturbance.calls.includes(call))
    const places = spread(all, STRIDES[disturbance.name as keyof typeof STRIDES])
    for (const place of places)
      complaints.push(...(await complaintsAbout(lives, { from, place, disturbance })))
    report(disturbance.name, places.length, all.length)
  }
}

async function losePower(
  name: string,
  life: { readonly from: Beginning; readonly steps: readonly Step[] },
  stride: number,
): Promise<void> {
  const all = momentsOf(life.steps)
  const losses = spread(all, stride)
  complaints.push(...(await complaintsAfterPowerLosses(lives, life, losses)))
  report(`power lost, ${name}`, losses.length, all.length)
}

/** After each step that decides something twice, with different losses; after the many others now and then. */
function momentsOf(steps: readonly Step[]): readonly PowerLoss[] {
  const every = steps.length < 1000 ? 1 : 100
  return steps.flatMap(({ effect }, i) => {
    const after = i + 1
    if (isDecisive(effect)) return [0, 1].map((more) => ({ after, seed: seed + 2 * i + more }))
    return i % every === 0 ? [{ after, seed: seed + 2 * i }] : []
  })
}

/** What these checks are worth: on a disk that only says it has synced, they must find something. */
async function noticeDisksThatLie({ from, steps }: (typeof recorded)['first']): Promise<void> {
  for (const path of [/^ledger\.db-wal$/, /^signed\/checkpoints$/, /^log\/tile/, /^log-tmp\/tile/]) {
    const lying = withoutSyncs(steps, (one) => path.test(one))
    const told = lying.flatMap(({ effect }, i) => (effect.type === 'told' ? [{ after: i + 1, seed: 0 }] : []))
    const found = await complaintsAfterPowerLosses(lives, { from, steps: lying }, told.slice(0, 6))
    console.log(`a disk that lies about ${path.source}: noticed after ${found.length} of 6 losses`)
    if (found.length === 0) complaints.push(`a disk that does not sync ${path.source} goes unnoticed`)
  }
}

async function killServers(rounds: number): Promise<void> {
  const { lostCalls, movedEntries, brokenCheckpoints, bundleOk } = await killLoop(rounds)
  complaints.push(
    ...lostCalls,
    ...movedEntries,
    ...brokenCheckpoints,
    ...(bundleOk ? [] : ['no sound bundle']),
  )
  report('servers killed', rounds, rounds)
}

async function recordedOf(work: Work): Promise<readonly Step[]> {
  return lives.stepsFrom(first, work)
}

function spread<Item>(all: readonly Item[], stride: number): readonly Item[] {
  return all.filter((_, i) => i % stride === seed % stride)
}

function report(what: string, tried: number, all: number): void {
  console.log(`${what}: ${tried} of ${all} places, ${complaints.length} broken promises so far`)
}
