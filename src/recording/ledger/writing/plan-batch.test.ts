import { expect, it } from 'vitest'
import { type Known, planBatch } from './plan-batch.ts'
import type { PreparedUnit } from './prepared-unit.ts'

const NOTHING_STORED: Known = { tree: { size: 0, hashes: [] }, runs: new Map(), positions: new Map() }
const insert = { sql: 'INSERT INTO a VALUES (?)', parameters: [1] }

function event(recordId: string, kind = 'model.requested', run = 'run_1') {
  return { recordId, kind, run, begun: `{"data":{},"id":"${recordId}"` }
}

function unit(...entries: PreparedUnit['entries']): PreparedUnit {
  return { entries, writes: [insert] }
}

it('plans nothing of a unit that is refused', () => {
  const mixed = unit(event('evt_2'), event('evt_3', 'model.requested', 'run_unknown'))
  const plan = planBatch(
    [unit(event('evt_1', 'run.opened')), mixed, unit(event('evt_4'))],
    NOTHING_STORED,
    [],
  )
  expect(plan.outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true])
  expect(plan.entries.map(({ recordId, seq }) => [recordId, seq])).toEqual([
    ['evt_1', 0],
    ['evt_4', 1],
  ])
  expect(plan.writes).toHaveLength(2)
})

it('names of every entry the one before it in its run', () => {
  const other = event('evt_2', 'run.opened', 'run_2')
  const units = [unit(event('evt_1', 'run.opened')), unit(other), unit(event('evt_3'), event('evt_4'))]
  const plan = planBatch(units, NOTHING_STORED, [])
  expect(plan.entries.map(({ previous }) => previous)).toEqual([undefined, undefined, 0, 2])
  expect(plan.runs.map(({ run, last, count }) => [run, last, count])).toEqual([
    ['run_1', 3, 3],
    ['run_2', 1, 1],
  ])
})

it('answers a unit that is stored with its positions and writes nothing', () => {
  const known = { ...NOTHING_STORED, positions: new Map([['evt_1', { index: 5, seq: 2 }]]) }
  const plan = planBatch([unit(event('evt_1'))], known, [])
  expect(plan.outcomes).toEqual([{ ok: true, positions: [{ index: 5, seq: 2 }] }])
  expect([plan.entries, plan.writes]).toEqual([[], []])
})

it('stores an id that comes twice in one batch once', () => {
  const started = { recordId: 'evt_1', kind: 'recording.started', run: undefined, begun: '{"data":{}' }
  const plan = planBatch([unit(started), unit(started)], NOTHING_STORED, [])
  expect(plan.outcomes).toEqual(Array(2).fill({ ok: true, positions: [{ index: 0 }] }))
  expect(plan.writes).toHaveLength(1)
})

it('runs every projection on the event as it is stored', () => {
  const seen: unknown[] = []
  planBatch([unit(event('evt_1', 'run.opened'))], NOTHING_STORED, [
    (recorded, index) => {
      seen.push([recorded.seq, recorded.run, index])
      return []
    },
  ])
  expect(seen).toEqual([[0, 'run_1', 0]])
})
