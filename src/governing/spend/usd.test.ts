import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUsd, parseUsd } from './index.ts'

describe('formatUsd', () => {
  it.each([
    [17_400_000, '0.0174 USD'],
    [0, '0.00 USD'],
    [2_000_000_000, '2.00 USD'],
    [1, '0.000000001 USD'],
    [1_234_500_000_000, '1234.50 USD'],
    [-500_000_000, '-0.50 USD'],
  ])('writes %d as %s', (nanoUsd, text) => {
    expect(formatUsd(nanoUsd)).toBe(text)
  })

  it('is read back by parseUsd without loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (nanoUsd) => {
        expect(parseUsd(formatUsd(nanoUsd))).toBe(nanoUsd)
      }),
    )
  })
})

describe('parseUsd', () => {
  it.each([
    ['2 USD', 2_000_000_000],
    ['0.5 USD', 500_000_000],
    ['0.000000001 USD', 1],
    ['9000000 USD', 9_000_000_000_000_000],
  ])('reads %s', (text, nanoUsd) => {
    expect(parseUsd(text)).toBe(nanoUsd)
  })

  it.each([
    '2',
    '2USD',
    '2 EUR',
    '-2 USD',
    '0 USD',
    '2.0000000001 USD',
    '1e3 USD',
    '9999999 USD',
    ' 2 USD',
    '',
  ])('refuses %j', (text) => {
    expect(parseUsd(text)).toBeUndefined()
  })
})
