import {
  type ExecutionRecord,
  objectAt,
  parseJsonObject,
  type RecordedEvent,
  stringAt,
} from '../../../recording/record/index.ts'
import type { GatheredRun } from '../gathered-run.ts'
import type { EvidencePart } from '../source.ts'

/** The run as the page needs it: the signed record beside the bodies. */
export interface RunView {
  readonly gathered: GatheredRun
  readonly record: ExecutionRecord
  readonly events: readonly RecordedEvent[]
  /** A body as text, or why it is not here. */
  text(event: RecordedEvent | undefined, name: string): PartText
  /** The same for a piece of the run, whichever event brought it. */
  piece(name: string): PartText
}

export type PartText =
  | { readonly shown: true; readonly text: string }
  | { readonly shown: false; readonly why: string }

export function viewRun(gathered: GatheredRun): RunView {
  const { events, parts, record } = gathered
  const byKey = new Map(parts.map((part) => [`${part.event}/${part.name}`, part]))
  const pieces = new Map(parts.map((part) => [part.name, part]))
  const statement = parseJsonObject(new TextDecoder().decode(record.envelope.payload))
  return {
    gathered,
    record: objectAt(statement, 'predicate') as unknown as ExecutionRecord,
    events,
    text: (event, name) => partText(byKey.get(`${event?.id ?? ''}/${name}`)),
    piece: (name) => partText(pieces.get(name)),
  }
}

function partText(part: EvidencePart | undefined): PartText {
  if (part === undefined) return { shown: false, why: 'not recorded' }
  if (part.state === 'erased') return { shown: false, why: `erased by entry ${part.entry} of the log` }
  if (part.state !== 'disclosed') return { shown: false, why: part.state }
  return { shown: true, text: new TextDecoder().decode(part.body) }
}

/** The event of this kind whose data names `value` at `name`. */
export function eventWhere(
  events: readonly RecordedEvent[],
  kind: string,
  [name, value]: readonly [string, string | undefined],
): RecordedEvent | undefined {
  return events.find((event) => event.kind === kind && stringAt(event.data, name) === value)
}
