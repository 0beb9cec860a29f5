import { canonicalJson } from '../../../kernel/index.ts'
import type { EventData, EventDraft } from '../../record/index.ts'

/**
 * The canonical text of an event up to where its place in the ledger begins. `run`, `seq` and `v` sort behind every
 * other key of an event, so whoever knows the place appends it and need not make the text again. Throws
 * `canonical.unrepresentable`.
 */
export function beginEvent({ actor, at, data, id, kind, parts }: EventDraft, node: string): string {
  const known = { actor, at, data, id, kind, node, ...(parts === undefined ? {} : { parts }) }
  return canonicalJson(known).slice(0, -1)
}

/** The whole canonical text. */
export function endEvent(begun: string, place?: { readonly run: string; readonly seq: number }): string {
  const inRun = place === undefined ? '' : `"run":${canonicalJson(place.run)},"seq":${place.seq},`
  return `${begun},${inRun}"v":1}`
}

/** The same event with more in its data. */
export function addToData(begun: string, more: EventData): string {
  const event = JSON.parse(`${begun}}`) as { readonly data: EventData }
  return canonicalJson({ ...event, data: { ...event.data, ...more } }).slice(0, -1)
}
