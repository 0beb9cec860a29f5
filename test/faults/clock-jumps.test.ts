import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Clock, createIds, systemRandom, timestamp } from '../../src/kernel/index.ts'
import type { EventDraft, EventKind, RecordedEvent } from '../../src/recording/record/index.ts'
import { BareLedger } from '../support/bare-ledger.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const YEAR_MS = 365 * 24 * 3600 * 1000

describe('a clock that goes back and jumps ahead', () => {
  it('changes nothing about the order of what is recorded [REC-12]', async () => {
    await using bare = new BareLedger()
    const ledger = await bare.start()
    const jumps = fc.array(fc.integer({ min: -YEAR_MS, max: YEAR_MS }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(jumps, async (list) => {
        const clock = jumpingClock()
        const ids = createIds(clock, systemRandom)
        const run = ids('run')
        const draft = (kind: EventKind): EventDraft => {
          return { id: ids('evt'), kind, run, at: timestamp(clock.now()), actor: 'system', data: {} }
        }
        const first = await ledger.append(draft('run.opened'))
        for (const jump of list) {
          clock.jump(jump)
          await ledger.append(draft('recording.gap'))
        }
        await ledger.append(draft('run.closed'))
        const entries = await ledger.entriesOfRun(run)
        expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => first.index + i))
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i))
        const end = JSON.parse(Buffer.from(entries.at(-1)?.body ?? []).toString()) as RecordedEvent
        expect(end.data.count).toBe(list.length + 1)
        expect(end.at).toBe(timestamp(clock.now()))
      }),
      { numRuns: 20 },
    )
  })

  it('never makes an id twice', () => {
    const clock = jumpingClock()
    const ids = createIds(clock, systemRandom)
    const made = Array.from({ length: 20_000 }, (_, i) => {
      clock.jump(i % 2 === 0 ? -1 : 1)
      return ids('evt')
    })
    expect(new Set(made).size).toBe(made.length)
  })
})

function jumpingClock(): Clock & { jump(ms: number): void } {
  let now = NOON
  return {
    now: () => now,
    monotonic: () => 0,
    jump(ms) {
      now += ms
    },
  }
}
