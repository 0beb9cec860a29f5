import { shapeAt, skipComma, skipSpace, skipString, skipValue } from './json-spans.ts'
import type { Cut } from './layout.ts'

/** As agents write it. The same name spelled with escapes is left in its piece, which costs space and nothing else. */
const MARK = '"cache_control"'

/** Vendors allow four marks per request. A body with many more is hostile, and the rest simply stays where it is. */
export const MAX_CUTS = 100

/**
 * Takes the `cache_control` members out of one JSON value, each with the comma and white space that go with it, so
 * that what stays is JSON too. Agents move these marks along the last messages on every turn; with them a message
 * would be another piece each time.
 */
export function cutCacheMarks(value: Buffer, budget = MAX_CUTS): { piece: Buffer; cuts: readonly Cut[] } {
  if (budget <= 0 || !value.includes(MARK)) return { piece: value, cuts: [] }
  const spans = findMarks(value, budget)
  const kept: Buffer[] = []
  const cuts: Cut[] = []
  let from = 0
  let at = 0
  for (const span of spans) {
    kept.push(value.subarray(from, span.start))
    at += span.start - from
    cuts.push({ at, text: value.toString('utf8', span.start, span.end) })
    from = span.end
  }
  kept.push(value.subarray(from))
  return { piece: Buffer.concat(kept), cuts }
}

interface Span {
  readonly start: number
  readonly end: number
}

/** An open object or array on the way to the current position. */
interface Open {
  readonly isObject: boolean
  /** End of the last member seen, marks included. */
  lastEnd: number
  /** Whether a member that stays has been seen: the comma before a mark goes with it then, else the one after. */
  hasKept: boolean
}

function findMarks(json: Buffer, budget: number): readonly Span[] {
  const spans: Span[] = []
  const open: Open[] = []
  let at = skipSpace(json, 0)
  do {
    at = open.length === 0 ? enter(json, at, open) : step(json, at, { open, spans })
  } while (open.length > 0 && spans.length < budget)
  return spans
}

/** One member, element or closing bracket further. */
function step(json: Buffer, at: number, state: { open: Open[]; spans: Span[] }): number {
  const top = state.open.at(-1)
  if (top === undefined) return json.length
  if (isClosing(json, at)) return leave(json, at, state.open)
  if (!top.isObject) return enter(json, at, state.open)
  const keyEnd = skipString(json, at)
  const valueAt = skipSpace(json, skipSpace(json, keyEnd) + 1)
  if (json.toString('latin1', at, keyEnd) !== MARK) return enter(json, valueAt, state.open)
  const end = skipValue(json, valueAt)
  const next = skipComma(json, end)
  state.spans.push(markSpan(top, { start: at, end, next: isClosing(json, next) ? end : next }))
  top.lastEnd = end
  return next
}

function markSpan(top: Open, mark: Span & { readonly next: number }): Span {
  return top.hasKept ? { start: top.lastEnd, end: mark.end } : { start: mark.start, end: mark.next }
}

/** Goes into the value at `at` when it is nested, else past it. */
function enter(json: Buffer, at: number, open: Open[]): number {
  const shape = shapeAt(json, at)
  if (shape === 'string' || shape === 'other') return pass(json, skipValue(json, at), open)
  open.push({ isObject: shape === 'object', lastEnd: at + 1, hasKept: false })
  return skipSpace(json, at + 1)
}

function leave(json: Buffer, at: number, open: Open[]): number {
  open.pop()
  return pass(json, at + 1, open)
}

function pass(json: Buffer, end: number, open: readonly Open[]): number {
  const top = open.at(-1)
  if (top === undefined) return end
  top.lastEnd = end
  top.hasKept = true
  return skipComma(json, end)
}

function isClosing(json: Buffer, at: number): boolean {
  return json[at] === 0x7d || json[at] === 0x5d
}
