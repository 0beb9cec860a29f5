import { isUtf8 } from 'node:buffer'
import { accepted, type Result, refused } from '../../../kernel/index.ts'
import { cutCacheMarks, MAX_CUTS } from './cache-marks.ts'
import { shapeAt, skipSpace, skipValue, walkArray, walkObject } from './json-spans.ts'
import { type Cut, MAX_PIECES, type SplitBody } from './layout.ts'

/**
 * Which members of a body are taken apart, by name. A string there is one piece, an array one piece per element,
 * an object stays unless `inside` names members of it. With `inside`, elements that are objects are looked into the
 * same way. `whole` makes any value one piece. An array that would bring a body above 10,000 pieces is one piece.
 */
export type SplitTable = Readonly<Record<string, SplitRule>>

/** How the value of one member is taken apart; see SplitTable. */
interface SplitRule {
  readonly whole?: true
  readonly inside?: SplitTable
}

/** Why a body cannot be taken apart: not JSON in UTF-8, or JSON that is no object. */
type SplitRefusal = 'invalid-json' | 'not-an-object'

/**
 * Takes a raw request body apart along `table`; `rebuildBody` of its skeleton gives the same bytes again. The body
 * is JSON in UTF-8 as `JSON.parse` understands it, or it is refused; never throws.
 */
export function splitBody(body: Buffer, table: SplitTable): Result<SplitBody, SplitRefusal> {
  const parsed = parseJson(body)
  if (parsed === undefined) return refused('invalid-json')
  if (!isPlainObject(parsed)) return refused('not-an-object')
  const spans: Span[] = []
  splitMembers(body, skipSpace(body, 0), { table, spans })
  return accepted({ ...cutSpans(body, spans), fields: fieldsOutside(parsed, table) })
}

interface Span {
  readonly start: number
  readonly end: number
}

interface Task {
  readonly spans: Span[]
  readonly rule: SplitRule
  readonly isElement: boolean
}

// Parsing natively and scanning afterwards is faster than one scanner in JavaScript that also validates, and it
// cannot disagree with JSON.parse about what is valid.
function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function splitMembers(body: Buffer, at: number, to: { table: SplitTable; spans: Span[] }): number {
  return walkObject(body, at, (key, valueAt) => {
    const rule = Object.hasOwn(to.table, key) ? to.table[key] : undefined
    return rule === undefined
      ? skipValue(body, valueAt)
      : splitValue(body, valueAt, { spans: to.spans, rule, isElement: false })
  })
}

function splitValue(body: Buffer, at: number, task: Task): number {
  const { spans, rule, isElement } = task
  if (spans.length > MAX_PIECES) return skipValue(body, at)
  const shape = shapeAt(body, at)
  if (shape === 'object' && rule.inside) return splitMembers(body, at, { table: rule.inside, spans })
  if (shape === 'array' && !isElement && !rule.whole) return splitElements(body, at, { spans, rule })
  const end = skipValue(body, at)
  if (shape === 'string' || isElement || rule.whole) spans.push({ start: at, end })
  return end
}

function splitElements(body: Buffer, at: number, { spans, rule }: Omit<Task, 'isElement'>): number {
  const before = spans.length
  const end = walkArray(body, at, (valueAt) => splitValue(body, valueAt, { spans, rule, isElement: true }))
  if (spans.length > MAX_PIECES) spans.splice(before, Number.POSITIVE_INFINITY, { start: at, end })
  return end
}

function cutSpans(body: Buffer, spans: readonly Span[]): Pick<SplitBody, 'pieces' | 'layout'> {
  const texts: string[] = []
  const pieces: Buffer[] = []
  const cuts: (readonly Cut[])[] = []
  let from = 0
  let budget = MAX_CUTS
  for (const { start, end } of spans) {
    const part = cutCacheMarks(body.subarray(start, end), budget)
    texts.push(body.toString('utf8', from, start))
    pieces.push(part.piece)
    cuts.push(part.cuts)
    budget -= part.cuts.length
    from = end
  }
  texts.push(body.toString('utf8', from))
  return { pieces, layout: { texts, cuts } }
}

function fieldsOutside(parsed: Record<string, unknown>, table: SplitTable): SplitBody['fields'] {
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => !Object.hasOwn(table, name)))
}
