import type { Write } from '../../storage/index.ts'
import { type EventKind, integerAt, type RecordedEvent, stringAt } from '../record/index.ts'
import {
  finishRequest,
  insertDeletionRecord,
  insertErasure,
  insertHold,
  insertRequest,
  liftHold,
} from './store.ts'

/** Rows about erasures and holds; a pure function of events, so that `rebuild` gives the same rows. */
export function projectRetention(event: RecordedEvent, index: number): readonly Write[] {
  return RULES[event.kind]?.(event, index) ?? []
}

const RULES: Partial<Record<EventKind, (event: RecordedEvent, index: number) => readonly Write[]>> = {
  'hold.placed': (event) => [insertHold(aboutSubject(event))],
  'hold.lifted': ({ data, at, actor }) => [liftHold(stringAt(data, 'hold') ?? '', { at, by: actor })],
  'erasure.requested': (event) => [
    insertRequest({ ...aboutSubject(event), reason: stringAt(event.data, 'reason') ?? '' }),
  ],
  'part.erased': (event, entry) => {
    const { data } = event
    const request = stringAt(data, 'request')
    const isLast = integerAt(data, 'step') === integerAt(data, 'steps')
    const erasure = insertErasure({
      ...aboutSubject(event),
      entry,
      approver: stringAt(data, 'approver') ?? null,
      reason: stringAt(data, 'reason') ?? '',
      parts: integerAt(data, 'count') ?? 0,
      bytes: integerAt(data, 'bytes') ?? 0,
    })
    return request !== undefined && isLast ? [erasure, finishRequest(request, entry)] : [erasure]
  },
  'evidence.attached': ({ id, data }) => {
    const [erasure = '', entry = ''] = [stringAt(data, 'of'), stringAt(data, 'entry')]
    return erasure.startsWith('evt_') ? [insertDeletionRecord({ erasure, event: id, entry })] : []
  },
}

function aboutSubject({ id, at, actor, data }: RecordedEvent) {
  return {
    event: id,
    at,
    actor,
    scope: stringAt(data, 'scope') ?? '',
    subject: stringAt(data, 'subject') ?? '',
  }
}
