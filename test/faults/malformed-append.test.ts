import { describe, expect, it } from 'vitest'
import { BareLedger, draft } from '../support/bare-ledger.ts'

describe('an event that no record can hold', () => {
  it.each([
    ['a number that is not whole', 1.5],
    ['half a character', '\ud800'],
  ])('is refused alone, and the ledger goes on: %s', async (_what, value) => {
    await using bare = new BareLedger()
    const ledger = await bare.start()
    const [bad, good] = await Promise.allSettled([
      ledger.append(draft('recording.gap', { data: { value } })),
      ledger.append(draft('recording.gap')),
    ])
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'canonical.unrepresentable' } })
    expect(good).toMatchObject({ status: 'fulfilled', value: { index: 0 } })
    expect(ledger.healthy).toBe(true)
  })
})
