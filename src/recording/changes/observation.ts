import type { EventData, EventKind } from '../record/index.ts'

/** A body that belongs to an observation and is kept apart from its event. */
export interface ObservedPart {
  readonly name: string
  /** Media type of the body. */
  readonly type: string
  readonly body: Uint8Array
}

/** Something seen around a run, ready to become an event and its parts. */
export interface Observation<Kind extends EventKind = EventKind> {
  readonly kind: Kind
  readonly data: EventData
  readonly parts: readonly ObservedPart[]
}
