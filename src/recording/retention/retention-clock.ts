import type { ClockRow } from './store.ts'

/**
 * How far the clock may have gone on between two looks. More is a jump: of the clock, or of a machine that was off; then
 * nothing expires until the clock has gone on steadily from there for a day.
 */
const LARGEST_STEP_MS = 3 * 86_400_000
const STEADY_FOR_MS = 86_400_000

/** What the retention sweep takes the time for, and why. */
export interface BelievedTime {
  readonly atMs: number
  /** `ahead`: the machine's clock is further than is believed yet. */
  readonly clock: 'steady' | 'ahead'
  /** To be kept until the next look. */
  readonly state: ClockRow
}

/**
 * The time by which parts expire. A clock that is wrong by years must not destroy in one night what should be kept for
 * them. `confirmed`: a person says that the clock is right.
 */
export function believeTime(
  before: ClockRow | undefined,
  nowMs: number,
  { confirmed = false }: { readonly confirmed?: boolean } = {},
): BelievedTime {
  if (before === undefined || confirmed) return steady(nowMs)
  // Behind what was believed, less has expired: it is safe to go by the clock.
  if (nowMs < before.believed_ms) return { atMs: nowMs, clock: 'steady', state: before }
  if (nowMs - before.believed_ms <= LARGEST_STEP_MS) return steady(nowMs)
  const since = steadilyAheadSince(before, nowMs) ?? nowMs
  if (nowMs - since >= STEADY_FOR_MS) return steady(nowMs)
  const state = { believed_ms: before.believed_ms, ahead_since_ms: since, ahead_last_ms: nowMs }
  return { atMs: before.believed_ms, clock: 'ahead', state }
}

function steady(nowMs: number): BelievedTime {
  const state = { believed_ms: nowMs, ahead_since_ms: null, ahead_last_ms: null }
  return { atMs: nowMs, clock: 'steady', state }
}

/** When the clock was first seen where it is, give or take the time that has passed; undefined when it jumped again. */
function steadilyAheadSince({ ahead_since_ms, ahead_last_ms }: ClockRow, nowMs: number): number | undefined {
  if (ahead_since_ms === null || ahead_last_ms === null) return undefined
  const step = nowMs - ahead_last_ms
  return step >= 0 && step <= LARGEST_STEP_MS ? ahead_since_ms : undefined
}
