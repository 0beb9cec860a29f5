import { scimFailures } from './failures.ts'
import type { ScimItem, ScimResource, ScimValue } from './resource.ts'
import { type Attribute, findAttribute, type Schema } from './schema.ts'

const MAX_TEXT = 1024
const MAX_EMAILS = 50
const MAX_MEMBERS = 100_000

/** Reads what a client sends as a resource. What only the server sets and what Custody does not keep is left out. Throws `scim.request-malformed`, `scim.value-invalid`. */
export function readResource(schema: Schema, body: unknown): ScimResource {
  if (!isObject(body)) throw scimFailures.create('request-malformed', `A ${schema.name} is a JSON object.`)
  const entries = Object.entries(body).flatMap(([key, value]) => {
    const attribute = findAttribute(schema.attributes, key)
    if (attribute === undefined || attribute.mutability === 'readOnly') return []
    const read = readValue(attribute, value)
    return read === undefined ? [] : [[attribute.name, read] as const]
  })
  const resource: ScimResource = Object.fromEntries(entries)
  const missing = schema.attributes.find(({ name, required }) => required && !resource[name])
  if (missing !== undefined) throw invalid(`${missing.name} is required.`)
  return resource
}

/** Reads a value for an attribute; undefined stands for nothing: null, an empty text, an empty list. */
function readValue(attribute: Attribute, value: unknown): ScimValue | undefined {
  if (value === null || value === undefined || value === '') return undefined
  if (attribute.multiValued) return readItems(attribute, value)
  if (attribute.sub !== undefined) return readItem(attribute, value)
  return readSimple(attribute, value)
}

/** The items of a list; one item that stands alone is a list of one. */
export function readItems(attribute: Attribute, value: unknown): readonly ScimItem[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const most = attribute.name === 'members' ? MAX_MEMBERS : MAX_EMAILS
  if (list.length > most) throw invalid(`${attribute.name} are at most ${most}.`)
  const items = list.map((item) => readItem(attribute, typeof item === 'string' ? { value: item } : item))
  const withValue = items.filter((item) => item.value !== undefined)
  return withValue.length === 0 ? undefined : withValue
}

export function readItem({ name, sub }: Attribute, value: unknown): ScimItem {
  if (!isObject(value)) throw invalid(`${name} is not an object.`)
  const entries = Object.entries(value).flatMap(([key, part]) => {
    const attribute = findAttribute(sub, key)
    const read = attribute === undefined ? undefined : readSimple(attribute, part)
    return attribute === undefined || read === undefined ? [] : [[attribute.name, read] as const]
  })
  return Object.fromEntries(entries)
}

export function readSimple({ name, type }: Attribute, value: unknown): string | boolean | undefined {
  if (value === null || value === undefined || value === '') return undefined
  if (type === 'boolean') return readBoolean(name, value)
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') throw invalid(`${name} is not a text.`)
  if (text.length > MAX_TEXT) throw invalid(`${name} has at most ${MAX_TEXT} characters.`)
  if (/\p{Cc}|\p{Cs}/u.test(text)) throw invalid(`${name} has characters that are no text.`)
  return text
}

/** Entra writes booleans as "True" and "False". */
function readBoolean(name: string, value: unknown): boolean {
  const text = String(value).toLowerCase()
  if (typeof value !== 'object' && (text === 'true' || text === 'false')) return text === 'true'
  throw invalid(`${name} is true or false.`)
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string) {
  return scimFailures.create('value-invalid', message)
}
