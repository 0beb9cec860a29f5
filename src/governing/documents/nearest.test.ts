import { describe, expect, it } from 'vitest'
import { nearest } from './index.ts'

describe('nearest', () => {
  it.each([
    ['modls', 'models'],
    ['ownre', 'owner'],
    ['Title', 'title'],
    ['purpos', 'purpose'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['models', 'owner', 'title', 'purpose'])).toBe(meant)
  })

  it('prefers the candidate with fewer mistakes', () => {
    expect(nearest('weak', ['wear', 'week', 'weak'])).toBe('weak')
  })

  it('suggests nothing for a word far from all', () => {
    expect(nearest('zebra', ['models', 'owner'])).toBeUndefined()
    expect(nearest('x'.repeat(10_000), ['models'])).toBeUndefined()
  })
})
