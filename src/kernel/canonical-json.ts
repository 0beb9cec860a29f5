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
 * plain. Anything else throws `canonical.unrepresentable` naming the path, never a changed value.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$')
}

function write(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path)
    case 'number':
      if (!Number.isSafeInteger(value)) throw unrepresentable(path, 'a number that is not a safe integer')
      return Object.is(value, -0) ? '0' : String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (Array.isArray(value)) return writeArray(value, path)
      if (isPlainObject(value)) return writeObject(value, path)
      throw unrepresentable(path, value === null ? 'null' : 'an object that is not plain')
    default:
      throw unrepresentable(path, `a value of type ${typeof value}`)
  }
}

function writeString(value: string, path: string): string {
  if (!value.isWellFormed()) throw unrepresentable(path, 'a string with a lone surrogate')
  return JSON.stringify(value)
}

function writeArray(values: readonly unknown[], path: string): string {
  let text = '['
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ','
    text += write(values[i], `${path}[${i}]`)
  }
  return `${text}]`
}

function writeObject(object: Readonly<Record<string, unknown>>, path: string): string {
  // Default string order is by UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
  const keys = Object.keys(object).sort()
  let text = '{'
  for (const key of keys) {
    if (text.length > 1) text += ','
    text += `${writeString(key, path)}:${write(object[key], `${path}.${key}`)}`
  }
  return `${text}}`
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
