import type { Failure } from './failure.ts'
import { canonicalFailures } from './failures.ts'

/** What a hashed record may hold: no floats, no null, no undefined (DESIGN §5). */
export type CanonicalValue =
  | string
  | number
  | boolean
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue }

/**
 * RFC 8785 bytes of a plain value, stricter than the RFC: numbers must be safe integers, strings well formed, objects
 * plain, and nothing deeper than 64. Anything else throws `canonical.unrepresentable` naming the path, never a changed value.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0) ?? explain(value)
}

/** What is deeper, verifiers refuse before they parse it. */
const MAX_DEPTH = 64

/** Undefined when something in it cannot be represented: a path for each value would cost more than the writing. */
function write(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return writeString(value)
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : undefined
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (depth === MAX_DEPTH) return undefined
      if (Array.isArray(value)) return writeArray(value, depth + 1)
      return isPlainObject(value) ? writeObject(value, depth + 1) : undefined
    default:
      return undefined
  }
}

/** Printable ASCII without quote and backslash stands for itself; nearly every string of a record is of this kind. */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/

function writeString(value: string): string | undefined {
  if (NEEDS_NO_ESCAPE.test(value)) return `"${value}"`
  return value.isWellFormed() ? JSON.stringify(value) : undefined
}

function writeArray(values: readonly unknown[], depth: number): string | undefined {
  let text = '['
  for (let i = 0; i < values.length; i++) {
    const item = write(values[i], depth)
    if (item === undefined) return undefined
    text += i > 0 ? `,${item}` : item
  }
  return `${text}]`
}

function writeObject(object: Readonly<Record<string, unknown>>, depth: number): string | undefined {
  let text = '{'
  for (const key of sortedKeys(object)) {
    const name = writeString(key)
    const member = write(object[key], depth)
    if (name === undefined || member === undefined) return undefined
    text += text.length > 1 ? `,${name}:${member}` : `${name}:${member}`
  }
  return `${text}}`
}

/** In the default order of strings, by UTF-16 code units, which is what RFC 8785 §3.2.3 asks for. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++) if ((keys[i] ?? '') < (keys[i - 1] ?? '')) return keys.sort()
  return keys
}

/** Finds what `write` gave up on, and throws. */
function explain(value: unknown, path = '$', depth = 0): never {
  if (typeof value === 'string') throw unrepresentable(path, 'a string with a lone surrogate')
  if (typeof value === 'number') throw unrepresentable(path, 'a number that is not a safe integer')
  if (typeof value !== 'object') throw unrepresentable(path, `a value of type ${typeof value}`)
  if (depth === MAX_DEPTH) throw unrepresentable(path, `more than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) {
    const index = Array.from(value).findIndex((item) => write(item, depth + 1) === undefined)
    return explain(value[index], `${path}[${index}]`, depth + 1)
  }
  if (!isPlainObject(value))
    throw unrepresentable(path, value === null ? 'null' : 'an object that is not plain')
  const isBad = (key: string) => writeString(key) === undefined || write(value[key], depth + 1) === undefined
  const bad = sortedKeys(value).find(isBad) ?? ''
  if (writeString(bad) === undefined) throw unrepresentable(path, 'a string with a lone surrogate')
  return explain(value[bad], `${path}.${bad}`, depth + 1)
}

function isPlainObject(value: object | null): value is Record<string, unknown> {
  if (value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    (prototype === Object.prototype || prototype === null) &&
    typeof (value as { toJSON?: unknown }).toJSON !== 'function' &&
    Object.getOwnPropertySymbols(value).length === 0
  )
}

function unrepresentable(path: string, what: string): Failure {
  return canonicalFailures.create('unrepresentable', `${path} holds ${what}, which a record cannot hold.`)
}
