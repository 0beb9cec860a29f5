import { type Cut, isBetweenElements, type SplitBody, uncutPiece } from './layout.ts'

/**
 * The same body with at most `maxPieces` pieces: neighbours of one array become one piece, their commas included.
 * Groups are powers of two counted from the start of each array, so that the next turn of a growing conversation
 * finds the same pieces again. A body that has too many arrays for that keeps no piece at all, only text.
 */
export function mergePieces(split: SplitBody, maxPieces: number): SplitBody {
  if (split.pieces.length <= maxPieces) return split
  const arrays = arraysOf(split)
  if (arrays.length > maxPieces) return asText(split)
  let size = 2
  while (countGroups(arrays, size) > maxPieces) size *= 2
  const groups = arrays.flatMap((array) => groupsOf(array, size))
  return joinGroups(split, groups)
}

/** A run of pieces: first and one past the last. */
interface Run {
  readonly from: number
  readonly to: number
}

function arraysOf({ pieces, layout }: SplitBody): readonly Run[] {
  const runs: Run[] = []
  let from = 0
  for (let index = 1; index <= pieces.length; index++) {
    if (index < pieces.length && isBetweenElements(layout.texts[index] ?? '')) continue
    runs.push({ from, to: index })
    from = index
  }
  return runs
}

function countGroups(arrays: readonly Run[], size: number): number {
  return arrays.reduce((count, array) => count + Math.ceil((array.to - array.from) / size), 0)
}

function groupsOf(array: Run, size: number): readonly Run[] {
  const count = Math.ceil((array.to - array.from) / size)
  return Array.from({ length: count }, (_, index) => {
    const from = array.from + index * size
    return { from, to: Math.min(from + size, array.to) }
  })
}

function joinGroups(split: SplitBody, groups: readonly Run[]): SplitBody {
  const joined = groups.map((group) => joinGroup(split, group))
  const texts = [
    ...groups.map((group) => split.layout.texts[group.from] ?? ''),
    split.layout.texts.at(-1) ?? '',
  ]
  return {
    pieces: joined.map(({ piece }) => piece),
    layout: { texts, cuts: joined.map(({ cuts }) => cuts) },
    fields: split.fields,
  }
}

function joinGroup(
  { pieces, layout }: SplitBody,
  { from, to }: Run,
): { piece: Buffer; cuts: readonly Cut[] } {
  const chunks: Buffer[] = []
  const cuts: Cut[] = []
  let length = 0
  for (let index = from; index < to; index++) {
    const between = index === from ? '' : (layout.texts[index] ?? '')
    const piece = pieces[index] ?? Buffer.alloc(0)
    const start = length + between.length
    for (const cut of layout.cuts[index] ?? []) cuts.push({ at: start + cut.at, text: cut.text })
    chunks.push(Buffer.from(between), piece)
    length = start + piece.length
  }
  return { piece: Buffer.concat(chunks), cuts }
}

function asText({ pieces, layout, fields }: SplitBody): SplitBody {
  const whole = layout.texts
    .map(
      (text, index) =>
        text + uncutPiece(pieces[index] ?? Buffer.alloc(0), layout.cuts[index] ?? []).toString(),
    )
    .join('')
  return { pieces: [], layout: { texts: [whole], cuts: [] }, fields }
}
