/** Time comes in as an argument everywhere, so that tests choose it. */
export interface Clock {
  /** Milliseconds since 1970 UTC; may jump. */
  now(): number
  /** Milliseconds from an arbitrary start; never goes back. Use it for durations. */
  monotonic(): number
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** `2026-11-21T12:00:00.123Z`: the only form in which a time enters a record. */
export type Timestamp = string & { readonly __timestamp?: never }

/** The timestamp of a number of milliseconds since 1970 UTC. */
export function timestamp(ms: number): Timestamp {
  return new Date(ms).toISOString()
}
