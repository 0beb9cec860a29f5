import fc from 'fast-check'
import { expect, it } from 'vitest'
import { believeTime } from './retention-clock.ts'
import type { ClockRow } from './store.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 10, 21)

it('takes the first time it sees, and every small step from there', () => {
  const first = believeTime(undefined, START)
  expect(first).toMatchObject({ atMs: START, clock: 'steady' })
  expect(believeTime(first.state, START + 2 * DAY_MS)).toMatchObject({ atMs: START + 2 * DAY_MS })
})

it('waits a day when a server was off for a week, and believes at once a person who confirms the clock', () => {
  const { state } = believeTime(undefined, START)
  const week = believeTime(state, START + 7 * DAY_MS)
  expect(week).toMatchObject({ atMs: START, clock: 'ahead' })
  expect(believeTime(week.state, START + 8 * DAY_MS)).toMatchObject({
    atMs: START + 8 * DAY_MS,
    clock: 'steady',
  })
  expect(believeTime(week.state, START + 7 * DAY_MS + 1, { confirmed: true })).toMatchObject({
    clock: 'steady',
  })
})

it('waits anew when the clock jumps again while it waits', () => {
  const { state } = believeTime(undefined, START)
  const ahead = believeTime(state, START + 1000 * DAY_MS)
  const further = believeTime(ahead.state, START + 2000 * DAY_MS)
  expect(further).toMatchObject({ atMs: START, clock: 'ahead' })
  expect(believeTime(further.state, START + 2000.5 * DAY_MS)).toMatchObject({ clock: 'ahead' })
})

it('goes by a clock that was put back, and forgets nothing', () => {
  const { state } = believeTime(undefined, START)
  const back = believeTime(state, START - 1000 * DAY_MS)
  expect(back).toMatchObject({ atMs: START - 1000 * DAY_MS, clock: 'steady' })
  expect(believeTime(back.state, START + DAY_MS)).toMatchObject({ atMs: START + DAY_MS, clock: 'steady' })
})

it('never takes a time later than the clock, nor more than three days later than it took before without a wait', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2000, max: 2000 }), { maxLength: 30 }), (steps) => {
      let state: ClockRow = believeTime(undefined, START).state
      let now = START
      for (const days of steps) {
        now += days * (DAY_MS / 4)
        const before = state
        const believed = believeTime(before, now)
        expect(believed.atMs).toBeLessThanOrEqual(now)
        if (before.ahead_since_ms === null) {
          expect(believed.atMs).toBeLessThanOrEqual(before.believed_ms + 3 * DAY_MS)
        }
        state = believed.state
      }
    }),
  )
})
