import { expect, it } from 'vitest'
import { packOutcomes, unpackOutcomes } from './packed-outcomes.ts'
import { packTurn, unpackTurn } from './packed-turn.ts'
import type { PreparedUnit } from './prepared-unit.ts'

it('gives the writer the units that were sent', () => {
  const insert = 'INSERT INTO a VALUES (?, ?, ?)'
  const units: PreparedUnit[] = [
    {
      entries: [
        { recordId: 'evt_1', kind: 'model.requested', run: 'run_1', begun: '{"data":{"text":"é 😀"}' },
        { recordId: 'evt_2', kind: 'attestation', bytes: Uint8Array.of(1, 2, 3) },
        { recordId: 'evt_3', kind: 'recording.started', run: undefined, begun: '{"data":{}' },
      ],
      writes: [
        { sql: insert, parameters: ['text', null, Uint8Array.of(4, 5)] },
        { sql: 'INSERT INTO b VALUES (?, ?)', parameters: [Uint8Array.of(), -7] },
      ],
    },
    { entries: [], writes: [{ sql: insert, parameters: ['again', 1, null] }] },
  ]
  expect(unpackTurn(packTurn(units))).toEqual(units)
})

it('sends no byte of the memory around a part', () => {
  const memory = Buffer.from('secret|part|secret')
  const write = { sql: 'INSERT INTO a VALUES (?)', parameters: [memory.subarray(7, 11)] }
  const { bytes } = packTurn([{ entries: [], writes: [write] }])
  expect(Buffer.from(bytes.buffer).toString()).toBe('part')
})

it('gives back every outcome in its place', () => {
  const outcomes = [
    { ok: true as const, positions: [{ index: 7, seq: 0 }, { index: 8 }] },
    { ok: false as const, failure: 'run-sealed' as const, detail: 'run_1' },
    { ok: true as const, positions: [] },
  ]
  expect(unpackOutcomes(packOutcomes(outcomes))).toEqual(outcomes)
})
