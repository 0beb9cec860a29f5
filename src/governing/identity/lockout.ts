/** Failed attempts on one account, or from one source. */
export interface Failures {
  readonly count: number
  readonly lastAtMs: number
}

/** When attempts have to wait. */
export interface LockoutRule {
  /** So many may fail before anybody waits. */
  readonly free: number
  readonly firstWaitMs: number
  readonly longestWaitMs: number
}

export const ACCOUNT_RULE: LockoutRule = { free: 5, firstWaitMs: 1000, longestWaitMs: 15 * 60_000 }
/** Many people can come from one address. */
export const SOURCE_RULE: LockoutRule = { free: 50, firstWaitMs: 1000, longestWaitMs: 15 * 60_000 }
/** Failures without another one for so long are forgotten. */
export const FORGET_AFTER_MS = 24 * 3_600_000

/** How long the next attempt has to wait: nothing at first, then twice as long with each failure. Pure. */
export function waitMs({ count, lastAtMs }: Failures, nowMs: number, rule: LockoutRule): number {
  if (count < rule.free || nowMs - lastAtMs >= FORGET_AFTER_MS) return 0
  const wait = Math.min(rule.longestWaitMs, rule.firstWaitMs * 2 ** (count - rule.free))
  // A clock that went back must not make anybody wait longer than the rule says.
  return Math.min(wait, Math.max(0, lastAtMs + wait - nowMs))
}
