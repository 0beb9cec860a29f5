import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mayDeactivate } from './deactivation-guard.ts'

const limit = { share: 0.2, windowMs: 1000, atLeast: 5 }

it.each([
  [{ active: 10, recent: 0 }, true],
  [{ active: 6, recent: 4 }, true],
  [{ active: 5, recent: 5 }, false],
  [{ active: 900, recent: 100 }, true],
  [{ active: 801, recent: 199 }, true],
  [{ active: 800, recent: 200 }, false],
])('decides by the share and the least for %j', (counts, allowed) => {
  expect(mayDeactivate(limit, counts)).toBe(allowed)
})

it('never lets more go than the share of who was there, or the least', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5000 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (persons, share) => {
        let recent = 0
        while (recent < persons && mayDeactivate({ ...limit, share }, { active: persons - recent, recent }))
          recent += 1
        return recent <= Math.max(limit.atLeast, Math.floor(share * persons))
      },
    ),
    { numRuns: 50 },
  )
})
