import { expect, it } from 'vitest'
import type { EventDraft } from '../record/index.ts'
import type { AppendUnit } from './append.ts'
import { packUnit, unpackUnit } from './packed-unit.ts'

const draft: EventDraft = {
  id: 'evt_1',
  kind: 'model.requested',
  at: '2026-11-21T12:00:00.000Z',
  actor: 'system',
  run: 'run_1',
  data: { model: 'm', text: 'é "quoted" 😀', stream: false, bytes: 12 },
}

it('gives the writer the unit that was sent', () => {
  const unit: AppendUnit = {
    entries: [
      { type: 'event', draft },
      { type: 'raw', recordId: 'evt_2', kind: 'attestation', bytes: Uint8Array.of(1, 2, 3) },
    ],
    writes: [
      { sql: 'INSERT INTO a VALUES (?, ?, ?)', parameters: ['text', null, Uint8Array.of(4, 5)] },
      { sql: 'INSERT INTO b VALUES (?, ?)', parameters: [Uint8Array.of(), -7] },
    ],
  }
  expect(unpackUnit(packUnit(unit))).toEqual(unit)
})

it('sends no byte of the memory around a part', () => {
  const memory = Buffer.from('secret|part|secret')
  const write = { sql: 'INSERT INTO a VALUES (?)', parameters: [memory.subarray(7, 11)] }
  const { bytes } = packUnit({ entries: [], writes: [write] })
  expect(Buffer.from(bytes.buffer).toString()).toBe('part')
})

it('refuses an event without canonical form before it reaches the writer', () => {
  const unit: AppendUnit = {
    entries: [{ type: 'event', draft: { ...draft, data: { share: 0.5 } } }],
    writes: [],
  }
  expect(() => packUnit(unit)).toThrow(expect.objectContaining({ code: 'canonical.unrepresentable' }))
})

it('refuses a parameter that the database would change', () => {
  const write = { sql: 'INSERT INTO a VALUES (?)', parameters: [undefined] }
  expect(() => packUnit({ entries: [], writes: [write] })).toThrow(TypeError)
})
