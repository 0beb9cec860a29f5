import { describe, expect, it } from 'vitest'
import { ACCOUNT_RULE, FORGET_AFTER_MS, waitMs } from './lockout.ts'

const NOW = 1_000_000_000

describe('how long an attempt waits', () => {
  it('is nothing while few failed', () => {
    expect(waitMs({ count: ACCOUNT_RULE.free - 1, lastAtMs: NOW }, NOW, ACCOUNT_RULE)).toBe(0)
  })

  it('doubles with each failure up to the longest', () => {
    const waits = [5, 6, 7, 30].map((count) => waitMs({ count, lastAtMs: NOW }, NOW, ACCOUNT_RULE))
    expect(waits).toEqual([1000, 2000, 4000, 900_000])
  })

  it('is over when the time has passed', () => {
    expect(waitMs({ count: 6, lastAtMs: NOW - 2000 }, NOW, ACCOUNT_RULE)).toBe(0)
  })

  it('is never longer than the rule says, though the clock went back', () => {
    expect(waitMs({ count: 6, lastAtMs: NOW + 3_600_000 }, NOW, ACCOUNT_RULE)).toBe(2000)
  })

  it('forgets failures that are long ago', () => {
    expect(waitMs({ count: 99, lastAtMs: NOW - FORGET_AFTER_MS }, NOW, ACCOUNT_RULE)).toBe(0)
  })
})
