import { describe, expect, it } from 'vitest'
import { costNanoUsd, type Rates, rate } from './rates.ts'

const NONE = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 }

function ratesOf(usdPerMillion: number): Rates {
  const one = rate(usdPerMillion, [])
  return { input: one, cacheRead: one, cacheWrite: one, cacheWrite1h: one, output: one }
}

describe('costNanoUsd', () => {
  it('rounds up to a billionth of a dollar, once per call', () => {
    expect(costNanoUsd(ratesOf(0.0375), { ...NONE, inputTokens: 1 })).toBe(38)
    expect(costNanoUsd(ratesOf(0.0375), { ...NONE, inputTokens: 1, outputTokens: 1 })).toBe(75)
    expect(costNanoUsd(ratesOf(0.000001), { ...NONE, inputTokens: 1 })).toBe(1)
  })

  it('is exact where floating point is not', () => {
    expect(costNanoUsd(ratesOf(0.1), { ...NONE, inputTokens: 3 })).toBe(300)
    expect(costNanoUsd(ratesOf(0.07), { ...NONE, inputTokens: 100 })).toBe(7_000)
  })

  it('is undefined beyond exact integers', () => {
    expect(costNanoUsd(ratesOf(600), { ...NONE, inputTokens: 100_000_000 })).toBeUndefined()
  })
})

describe('rate', () => {
  it.each([-1, 5_001, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a price of %d USD per million',
    (price) => {
      expect(rate(price, [])).toBeUndefined()
      expect(rate(1, [{ start: 10, price }])).toBeUndefined()
    },
  )
})
