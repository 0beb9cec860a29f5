import { skeletonFailures } from './failures.ts'
import { type Cut, isBetweenElements, type Layout, MAX_PIECES, uncutPiece } from './layout.ts'

/*
 * A skeleton is one line of JSON in UTF-8:
 *
 *   {"v":1,"join":",","body":[TEXT, RUN, TEXT, …, RUN, TEXT],"cuts":[[PIECE, AT, TEXT], …]}
 *
 * TEXT is literal body text. A RUN names the pieces that follow one another with `join` between them: "p0-57,p60"
 * is p0 up to p57, then p60. A turn of a long conversation repeats more than a hundred pieces with consecutive
 * names, and its skeleton spends a few bytes on them. `cuts` puts TEXT back at byte AT of the PIECE-th piece of
 * this body, counted from 0; it is left out when there is none.
 */

/** A piece's name: p and a number. */
export type PieceName = `p${number}`

/** Writes down how to rebuild a body from its pieces; `pieceNames` has one name per piece, in the same order. */
export function encodeSkeleton(layout: Layout, pieceNames: readonly PieceName[]): Buffer {
  const join = layout.texts.slice(1, -1).find(isBetweenElements) ?? ','
  const cuts = layout.cuts.flatMap((list, piece) => list.map(({ at, text }) => [piece, at, text]))
  const body = encodeBody(layout, pieceNames.map(numberOf), join)
  return Buffer.from(JSON.stringify({ v: 1, join, body, ...(cuts.length > 0 && { cuts }) }))
}

/**
 * The body's exact bytes. `pieceOf` answers a piece by name and may throw; its error passes through. Throws
 * `skeleton.unreadable` when the bytes are not a skeleton.
 */
export function rebuildBody(skeleton: Buffer, pieceOf: (name: PieceName) => Buffer): Buffer {
  const { join, body, cuts } = parseSkeleton(skeleton)
  const chunks: Buffer[] = []
  let piece = 0
  for (const [index, item] of body.entries()) {
    if (index % 2 === 0) chunks.push(Buffer.from(item))
    else
      for (const [place, name] of namesInRun(item).entries()) {
        if (place > 0) chunks.push(Buffer.from(join))
        chunks.push(uncutPiece(pieceOf(name), cuts.get(piece++) ?? []))
      }
  }
  return Buffer.concat(chunks)
}

function encodeBody(layout: Layout, numbers: readonly number[], join: string): readonly string[] {
  const body = [layout.texts[0] ?? '']
  let run: number[] = []
  for (const [index, number] of numbers.entries()) {
    run.push(number)
    const text = layout.texts[index + 1] ?? ''
    if (text === join && index + 1 < numbers.length) continue
    body.push(encodeRun(run), text)
    run = []
  }
  return body
}

function encodeRun(numbers: readonly number[]): string {
  const ranges: string[] = []
  let from = 0
  for (let index = 1; index <= numbers.length; index++) {
    const last = numbers[index - 1] ?? 0
    if (numbers[index] === last + 1) continue
    ranges.push(index - 1 === from ? `p${last}` : `p${numbers[from]}-${last}`)
    from = index
  }
  return ranges.join(',')
}

function numberOf(name: PieceName): number {
  return Number(name.slice(1))
}

function namesInRun(run: string): readonly PieceName[] {
  return run.split(',').flatMap((range) => {
    const match = /^p(\d{1,9})(?:-(\d{1,9}))?$/.exec(range)
    const from = Number(match?.[1])
    const count = Number(match?.[2] ?? from) - from + 1
    if (!(count > 0 && count <= MAX_PIECES)) throw unreadable()
    return Array.from({ length: count }, (_, index): PieceName => `p${from + index}`)
  })
}

interface Skeleton {
  readonly join: string
  readonly body: readonly string[]
  readonly cuts: ReadonlyMap<number, readonly Cut[]>
}

function parseSkeleton(skeleton: Buffer): Skeleton {
  const { v, join, body, cuts = [] } = parseObject(skeleton)
  if (v !== 1 || typeof join !== 'string' || !isTextList(body) || !Array.isArray(cuts)) throw unreadable()
  return { join, body, cuts: cutsByPiece(cuts) }
}

function parseObject(skeleton: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(skeleton.toString('utf8'))
    return { ...(typeof parsed === 'object' ? parsed : undefined) }
  } catch (cause) {
    throw unreadable(cause)
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length % 2 === 1 && value.every((item) => typeof item === 'string')
}

function cutsByPiece(entries: readonly unknown[]): ReadonlyMap<number, readonly Cut[]> {
  const cuts = new Map<number, Cut[]>()
  for (const entry of entries) {
    const fields: readonly unknown[] = Array.isArray(entry) ? entry : []
    const [piece, at, text] = fields
    if (typeof piece !== 'number' || typeof at !== 'number' || typeof text !== 'string') throw unreadable()
    cuts.set(piece, [...(cuts.get(piece) ?? []), { at, text }])
  }
  return cuts
}

function unreadable(cause?: unknown): Error {
  return skeletonFailures.create(
    'unreadable',
    'The skeleton of a request body cannot be read; check the data directory with `custody log fsck`.',
    cause === undefined ? {} : { cause },
  )
}
