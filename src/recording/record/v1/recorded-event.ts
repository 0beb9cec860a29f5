import { integerAt, isJsonObject, type JsonObject, objectAt, parseJsonObject, stringAt } from '../fields.ts'
import type { PartCommitment, RecordedEvent } from './event.ts'

/**
 * The event in an entry's text; undefined when it lacks what every event has. Kinds and data this version does not
 * know are let through: a later recorder may write more.
 */
export function parseEvent(text: string): RecordedEvent | undefined {
  const json = parseJsonObject(text)
  if (json === undefined || integerAt(json, 'v') !== 1) return undefined
  const named = ['id', 'kind', 'at', 'actor', 'node'].every((name) => stringAt(json, name) !== undefined)
  const partsAreFine = json.parts === undefined || isParts(json.parts)
  if (!named || objectAt(json, 'data') === undefined || !hasRunAndSeq(json) || !partsAreFine) return undefined
  return json as unknown as RecordedEvent
}

function hasRunAndSeq(json: JsonObject): boolean {
  if (json.run === undefined && json.seq === undefined) return true
  return stringAt(json, 'run') !== undefined && (integerAt(json, 'seq') ?? -1) >= 0
}

function isParts(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every(isPartCommitment)
}

/** True for an object with the four fields of a commitment; the commitment itself is not checked. */
function isPartCommitment(value: unknown): value is PartCommitment {
  if (!isJsonObject(value)) return false
  const texts = ['alg', 'commitment', 'type'].every((name) => stringAt(value, name) !== undefined)
  return texts && integerAt(value, 'bytes') !== undefined
}
