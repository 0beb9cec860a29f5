import { expect, it } from 'vitest'
import { canonicalJson, type Timestamp } from '../../../kernel/index.ts'
import { EVENT_KINDS, type EventDraft, type EventKind } from '../../record/index.ts'
import { addToData, beginEvent, endEvent } from './event-text.ts'

const at = '2026-11-21T12:00:00.000Z' as Timestamp
const parts = {
  body: { alg: 'hmac-sha256', commitment: 'ab'.repeat(32), bytes: 3, type: 'text/plain' },
} as const

function draftOf(kind: EventKind, more: Partial<EventDraft>): EventDraft {
  return { id: 'evt_1', kind, at, actor: 'system', data: { zz: 'é "q" 😀', a: [1, true] }, ...more }
}

it.each(EVENT_KINDS)('makes the canonical text of %s in two steps', (kind) => {
  for (const more of [{}, { parts }, { run: 'run_1' }, { run: 'run_1', parts }] as const) {
    const draft = draftOf(kind, more)
    const place = draft.run === undefined ? {} : { seq: 12 }
    const whole = canonicalJson({ v: 1, node: 'n1', ...draft, ...place })
    const begun = beginEvent(draft, 'n1')
    expect(endEvent(begun, draft.run === undefined ? undefined : { run: draft.run, seq: 12 })).toBe(whole)
  }
})

it('adds to the data of an event what only its place tells', () => {
  const draft = draftOf('run.closed', { run: 'run_1' })
  const more = { count: 12, root: 'ab' }
  const whole = canonicalJson({ v: 1, node: 'n1', seq: 12, ...draft, data: { ...draft.data, ...more } })
  expect(endEvent(addToData(beginEvent(draft, 'n1'), more), { run: 'run_1', seq: 12 })).toBe(whole)
})

it('refuses an event without canonical form', () => {
  const draft = draftOf('model.requested', { data: { share: 0.5 } })
  expect(() => beginEvent(draft, 'n1')).toThrow(
    expect.objectContaining({ code: 'canonical.unrepresentable' }),
  )
})
