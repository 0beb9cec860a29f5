import { type Clock, type Ids, timestamp } from '../../kernel/index.ts'
import type { Reader } from '../../storage/index.ts'
import type { Ledger } from '../ledger/index.ts'
import {
  hasKeptRuns,
  type Opened,
  type RunRow,
  type RunTables,
  retentionsInUse,
  runsOpenedBefore,
} from '../runs/index.ts'
import { classOf, expiringKeys, type Vault, type VaultTables } from '../vault/index.ts'
import { coveredBy, covers } from './covered-runs.ts'
import { eraseInUnits } from './erase-units.ts'
import { believeTime } from './retention-clock.ts'
import {
  holdsCovering,
  insertMark,
  lastMarkBefore,
  latestMark,
  type RetentionTables,
  retentionClock,
  setRetentionClock,
} from './store.ts'

/** What a sweep did. */
export interface SweepReport {
  /** The time by which parts expired; behind the machine's clock when that is `ahead` of what is believed. */
  readonly at: string
  readonly clock: 'steady' | 'ahead'
  readonly runs: number
  readonly parts: number
  readonly bytes: number
  /** Indexes of the entries that say so. */
  readonly entries: readonly number[]
  /** Runs that would have expired and are under a legal hold. */
  readonly held: number
  /** Wrapping keys that were destroyed because everything under them had expired. */
  readonly keys: number
}

interface SweepDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly reader: Reader<VaultTables & RetentionTables & RunTables>
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Erases the parts of every run whose retention has passed, unless a hold covers it, and destroys the keys of months in
 * which nothing is left. `confirmClock`: a person says that a clock which jumped ahead is right.
 */
export async function sweepExpired(
  deps: SweepDeps,
  { confirmClock = false }: { readonly confirmClock?: boolean } = {},
): Promise<SweepReport> {
  const nowMs = deps.clock.now()
  const before = await retentionClock(deps.reader)
  const { atMs, clock, state } = believeTime(before, nowMs, { confirmed: confirmClock })
  if (state !== before) await deps.ledger.write([setRetentionClock(state)])
  if (clock === 'steady' && atMs === state.believed_ms) await noteTime(deps, atMs)
  const erased = { runs: 0, parts: 0, bytes: 0, entries: [] as number[], held: 0 }
  for (const retentionMs of await retentionsInUse(deps.reader)) {
    await sweepClass(deps, { retentionMs, atMs }, erased)
  }
  return { at: timestamp(atMs), clock, ...erased, keys: await destroyEmptyKeys(deps, atMs) }
}

type Counted = { -readonly [Name in 'runs' | 'parts' | 'bytes' | 'held']: number } & { entries: number[] }

const RUNS_AT_ONCE = 500

async function sweepClass(
  deps: SweepDeps,
  { retentionMs, atMs }: { readonly retentionMs: number; readonly atMs: number },
  counted: Counted,
): Promise<void> {
  const before = timestamp(atMs - retentionMs)
  const grounds = {
    actor: 'system',
    scope: 'class',
    subject: classOf(retentionMs),
    reason: 'retention',
    consent: 'policy',
  } as const
  let after: Opened = { opened_at: '', id: '' }
  for (;;) {
    const page = await runsOpenedBefore(deps.reader, { retentionMs, before, after, limit: RUNS_AT_ONCE })
    const last = page.at(-1)
    if (last === undefined) return
    after = last
    const expired = await reallyOlder(deps, page, atMs - retentionMs)
    const free = await withoutHeld(deps, expired)
    counted.held += expired.length - free.length
    if (free.length === 0) continue
    const erased = await eraseInUnits(deps, { runs: free, parts: [] }, { grounds })
    counted.runs += free.length
    counted.parts += erased.parts
    counted.bytes += erased.bytes
    counted.entries.push(...erased.entries)
  }
}

/** A clock that was far behind when a run opened made it look older than its place in the ledger says it can be. */
async function reallyOlder(deps: SweepDeps, runs: readonly RunRow[], thanMs: number): Promise<RunRow[]> {
  const older: RunRow[] = []
  for (const run of runs) {
    const [opening] = await deps.ledger.entriesOfRun(run.id, 0, 1)
    const notBefore = opening === undefined ? undefined : await lastMarkBefore(deps.reader, opening.index)
    if (notBefore === undefined || notBefore < thanMs) older.push(run)
  }
  return older
}

async function withoutHeld(deps: SweepDeps, runs: readonly RunRow[]): Promise<RunRow[]> {
  const holds = await holdsCovering(deps.reader, coveredBy(runs))
  return runs.filter((run) => !holds.some((hold) => covers(hold, run)))
}

const DAY_MS = 86_400_000

/** Once a day the ledger's size is noted with the time, so that an entry's index bounds its age. */
async function noteTime({ ledger, reader }: SweepDeps, atMs: number): Promise<void> {
  const latest = await latestMark(reader)
  if (latest !== undefined && atMs - latest < DAY_MS) return
  await ledger.write([insertMark({ at_ms: atMs, entries: await ledger.size() })])
}

/** With its key, every copy of a part that was kept elsewhere is unreadable. */
async function destroyEmptyKeys(
  { ledger, vault, reader, clock, ids }: SweepDeps,
  atMs: number,
): Promise<number> {
  let destroyed = 0
  for (const { id, class: name, period } of await expiringKeys(reader, timestamp(atMs).slice(0, 7))) {
    const days = Number.parseInt(name, 10)
    const expired = endOf(period) + days * DAY_MS <= atMs
    if (!expired || (await hasKeptRuns(reader, { days, period }))) continue
    const data = { key: id, class: name, period }
    const at = timestamp(clock.now())
    await ledger.append({ id: ids('evt'), kind: 'key.destroyed', at, actor: 'system', data })
    vault.forgetKey(id)
    destroyed++
  }
  return destroyed
}

/** The first moment after a month (`2026-11`). */
function endOf(period: string): number {
  const [year = 0, month = 0] = period.split('-').map(Number)
  return Date.UTC(year, month, 1)
}
