/**
 * Finds where values lie in JSON text without building them. Every function expects text that `JSON.parse` accepts;
 * on other text the answer is meaningless, though never beyond the end. Positions are byte offsets. Nothing here
 * recurses, because the sender decides how deeply a body is nested.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const SPACE = 0x20

export type ValueShape = 'object' | 'array' | 'string' | 'other'

export function shapeAt(json: Buffer, at: number): ValueShape {
  const byte = json[at]
  if (byte === OPEN_BRACE) return 'object'
  if (byte === OPEN_BRACKET) return 'array'
  return byte === QUOTE ? 'string' : 'other'
}

/** The first byte at or after `at` that is not white space. */
export function skipSpace(json: Buffer, at: number): number {
  let next = at
  while (next < json.length && Number(json[next]) <= SPACE) next++
  return next
}

/** The end (exclusive) of the value that starts at `at`. */
export function skipValue(json: Buffer, at: number): number {
  const shape = shapeAt(json, at)
  if (shape === 'string') return skipString(json, at)
  return shape === 'other' ? skipLiteral(json, at) : skipNested(json, at)
}

/** Visits each member of the object at `at`; `visit` returns where the value ends. Answers the end of the object. */
export function walkObject(
  json: Buffer,
  at: number,
  visit: (key: string, valueAt: number, keyAt: number) => number,
): number {
  let next = skipSpace(json, at + 1)
  while (next < json.length && json[next] !== CLOSE_BRACE) {
    const keyEnd = skipString(json, next)
    const colon = skipSpace(json, keyEnd)
    const valueEnd = visit(keyText(json, next, keyEnd), skipSpace(json, colon + 1), next)
    next = skipComma(json, valueEnd)
  }
  return next + 1
}

/** Visits each element of the array at `at`; `visit` returns where the element ends. Answers the end of the array. */
export function walkArray(json: Buffer, at: number, visit: (valueAt: number) => number): number {
  let next = skipSpace(json, at + 1)
  while (next < json.length && json[next] !== CLOSE_BRACKET) next = skipComma(json, visit(next))
  return next + 1
}

/** From the end of one member or element to the start of the next, or to the closing bracket. */
export function skipComma(json: Buffer, at: number): number {
  const next = skipSpace(json, at)
  return json[next] === COMMA ? skipSpace(json, next + 1) : next
}

export function skipString(json: Buffer, at: number): number {
  let next = at + 1
  while (next < json.length && json[next] !== QUOTE) next += json[next] === BACKSLASH ? 2 : 1
  return next + 1
}

/** A key may be written with escapes; compared raw, such a spelling would slip past every table of names. */
function keyText(json: Buffer, from: number, to: number): string {
  const text = json.toString('utf8', from + 1, to - 1)
  return text.includes('\\') ? String(JSON.parse(json.toString('utf8', from, to))) : text
}

function skipNested(json: Buffer, at: number): number {
  let depth = 0
  let next = at
  while (next < json.length) {
    const byte = json[next]
    if (byte === QUOTE) {
      next = skipString(json, next)
      continue
    }
    next++
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) break
  }
  return next
}

function skipLiteral(json: Buffer, at: number): number {
  let next = at
  while (next < json.length && !endsLiteral(Number(json[next]))) next++
  return next
}

function endsLiteral(byte: number): boolean {
  return byte <= SPACE || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET
}
