import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createIds, type Id, systemClock, systemRandom, timestamp } from '../src/kernel/index.ts'
import type { Ledger } from '../src/recording/ledger/index.ts'
import type { EventDraft } from '../src/recording/record/index.ts'
import { createDatabase } from '../test/support/postgres/databases.ts'
import { startPostgres } from '../test/support/postgres/server.ts'
import { openBenchLedger } from './bench-ledger.ts'
import { median, percentile, type Result, type Target } from './result.ts'
import { withScratch } from './scratch.ts'

const ROUNDS = 5
const PRODUCERS = [1, 8, 64, 512] as const
const APPENDS: Readonly<Record<number, number>> = { 1: 1500, 8: 8000, 64: 24_000, 512: 32_000 }
const ONE_RUN_APPENDS = 24_000
const PLAIN = 'plain SQLite, 1 insert a commit'
const PLAIN_INSERTS = 1000
const ENTRY_BYTES = 1024

/** What one row measured, one number per round. */
interface Speed {
  readonly perSecond: number[]
  readonly cpuUsEach: number[]
  readonly p50Ms: number[]
  readonly p99Ms: number[]
}

const ids = createIds(systemClock, systemRandom)

/**
 * Durable appends of 1 KiB events through the real ledger: hashing, tree, projections. Each producer waits for its
 * append before it makes the next. SQLite and PostgreSQL take turns on the same disk; beside them SQLite doing nothing
 * but one durable insert per commit. The processor time of PostgreSQL's own processes is not in its column.
 */
export function appends(): Promise<Result> {
  return withScratch(async (directory) => {
    const server = await startPostgres()
    const speeds = new Map<string, Speed>()
    using plain = openPlain(join(directory, 'plain.db'))
    const engines = await openEngines(directory, server.url)
    for (let round = 0; round < ROUNDS; round++) {
      note(speeds, PLAIN, await timed(() => insertPlain(plain)))
      for (const engine of engines) await measure(speeds, engine)
    }
    for (const { close } of engines) await close()
    await server.stop()
    return toResult(speeds)
  })
}

interface EngineUnderTest {
  readonly name: string
  readonly ledger: Ledger
  readonly runs: readonly Id<'run'>[]
  readonly share: number
  close(): Promise<void>
}

async function openEngines(directory: string, serverUrl: string): Promise<EngineUnderTest[]> {
  const url = await createDatabase(serverUrl, 'empty')
  const places = {
    SQLite: { engine: 'sqlite', path: join(directory, 'ledger.db'), share: 1 },
    PostgreSQL: { engine: 'postgres', url, share: 0.25 },
  } as const
  const engines: EngineUnderTest[] = []
  for (const [name, place] of Object.entries(places)) {
    const { ledger, close } = await openBenchLedger(join(directory, name), place)
    const runs = await openRuns(ledger, Math.max(...PRODUCERS))
    await appendFrom(ledger, runs.slice(0, 64), 4000 * place.share)
    engines.push({ name, ledger, runs, share: place.share, close })
  }
  return engines
}

async function measure(
  speeds: Map<string, Speed>,
  { name, ledger, runs, share }: EngineUnderTest,
): Promise<void> {
  for (const producers of PRODUCERS) {
    const count = (APPENDS[producers] ?? 0) * share
    note(
      speeds,
      nameOf(name, producers),
      await timed(() => appendFrom(ledger, runs.slice(0, producers), count)),
    )
  }
  const [first = ids('run')] = runs
  const sharing = Array.from({ length: 64 }, () => first)
  note(
    speeds,
    `${name}, 64 of one run`,
    await timed(() => appendFrom(ledger, sharing, ONE_RUN_APPENDS * share)),
  )
}

async function openRuns(ledger: Ledger, count: number): Promise<Id<'run'>[]> {
  const runs = Array.from({ length: count }, () => ids('run'))
  const data = {
    sponsor: ids('per'),
    workflow: 'bench',
    policyDigest: '',
    agent: ids('agt'),
    agentKind: 'generic',
  }
  const at = timestamp(systemClock.now())
  const draft = { kind: 'run.opened', at, actor: 'system', data: { ...data, recorder: 'server' } } as const
  await ledger.appendAll(runs.map((run): EventDraft => ({ ...draft, id: ids('evt'), run })))
  return runs
}

/** Latencies in milliseconds. */
async function appendFrom(ledger: Ledger, runs: readonly Id<'run'>[], count: number): Promise<number[]> {
  const latencies: number[] = []
  let left = count
  const produce = async (run: Id<'run'>) => {
    while (left-- > 0) {
      const startedMs = performance.now()
      await ledger.append(draftOf(run))
      latencies.push(performance.now() - startedMs)
    }
  }
  await Promise.all(runs.map(produce))
  return latencies
}

/** What the rest of an event of 1 KiB takes: names, ids, time, sequence. */
const OVERHEAD_BYTES = 235
const FILLER = 'x'.repeat(ENTRY_BYTES - OVERHEAD_BYTES)

function draftOf(run: Id<'run'>): EventDraft {
  const data = {
    inputTokens: 5120,
    outputTokens: 300,
    usage: 'reported',
    costNanoUsd: 17_400_000,
    model: FILLER,
  }
  return {
    id: ids('evt'),
    kind: 'model.responded',
    at: timestamp(systemClock.now()),
    actor: 'system',
    run,
    data,
  }
}

function openPlain(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  database.exec('CREATE TABLE entries (idx INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT')
  return database
}

function insertPlain(database: DatabaseSync): Promise<number[]> {
  const insert = database.prepare('INSERT INTO entries (body) VALUES (?)')
  const body = Buffer.alloc(ENTRY_BYTES, 1)
  const latencies = Array.from({ length: PLAIN_INSERTS }, () => {
    const startedMs = performance.now()
    insert.run(body)
    return performance.now() - startedMs
  })
  return Promise.resolve(latencies)
}

interface Timed {
  readonly latencies: readonly number[]
  readonly seconds: number
  readonly cpuUs: number
}

async function timed(work: () => Promise<number[]>): Promise<Timed> {
  const startedMs = performance.now()
  const startedCpu = process.cpuUsage()
  const latencies = await work()
  const { user, system } = process.cpuUsage(startedCpu)
  return { latencies, seconds: (performance.now() - startedMs) / 1000, cpuUs: user + system }
}

function note(speeds: Map<string, Speed>, name: string, { latencies, seconds, cpuUs }: Timed): void {
  const speed = speeds.get(name) ?? { perSecond: [], cpuUsEach: [], p50Ms: [], p99Ms: [] }
  speeds.set(name, speed)
  speed.perSecond.push(latencies.length / seconds)
  speed.cpuUsEach.push(cpuUs / latencies.length)
  speed.p50Ms.push(median(latencies))
  speed.p99Ms.push(percentile(latencies, 0.99))
}

function nameOf(engine: string, producers: number): string {
  return `${engine}, ${producers} producer${producers === 1 ? '' : 's'}`
}

function toResult(speeds: ReadonlyMap<string, Speed>): Result {
  const of = (name: string, what: keyof Speed) => median(speeds.get(name)?.[what] ?? [])
  const rows = [...speeds.keys()].map((name) => [
    name,
    `${(of(name, 'perSecond') / of(PLAIN, 'perSecond')).toFixed(1)}x`,
    Math.round(of(name, 'perSecond')).toLocaleString('en'),
    of(name, 'p50Ms').toFixed(2),
    of(name, 'p99Ms').toFixed(2),
    of(name, 'cpuUsEach').toFixed(0),
  ])
  return {
    title: `Durable appends of 1 KiB events (medians of ${ROUNDS} interleaved rounds)`,
    columns: ['writer', 'against plain', 'entries/s', 'p50 ms', 'p99 ms', 'CPU us each'],
    rows,
    targets: targetsOf({
      at64: of(nameOf('SQLite', 64), 'perSecond'),
      p99At64: of(nameOf('SQLite', 64), 'p99Ms'),
      p50At1: of(nameOf('SQLite', 1), 'p50Ms'),
    }),
  }
}

function targetsOf(found: { at64: number; p99At64: number; p50At1: number }): Target[] {
  return [
    {
      what: 'appends with 64 producers',
      measured: `${Math.round(found.at64).toLocaleString('en')}/s`,
      target: '>= 10,000/s, goal 25,000/s',
      met: found.at64 >= 10_000,
    },
    {
      what: 'p99 with 64 producers',
      measured: `${found.p99At64.toFixed(2)} ms`,
      target: '< 25 ms',
      met: found.p99At64 < 25,
    },
    {
      what: 'p50 with 1 producer',
      measured: `${found.p50At1.toFixed(2)} ms`,
      target: '< 1 ms',
      met: found.p50At1 < 1,
    },
  ]
}
