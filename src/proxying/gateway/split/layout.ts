/** Text taken out of a piece before it is stored, to be put back at `at` (byte offset in the shortened piece). */
export interface Cut {
  readonly at: number
  readonly text: string
}

/** How to put a body together again: text 0, piece 0, text 1, piece 1, … and one last text. */
export interface Layout {
  /** One more than there are pieces. */
  readonly texts: readonly string[]
  /** Per piece, its cuts in order. */
  readonly cuts: readonly (readonly Cut[])[]
}

/** A request body taken apart. */
export interface SplitBody {
  /** In order of appearance, with their cuts taken out. */
  readonly pieces: readonly Buffer[]
  readonly layout: Layout
  /** The top-level fields that are in no piece, parsed. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** More pieces than any conversation has: a body of millions of tiny elements must not cost millions of objects. */
export const MAX_PIECES = 10_000

/** Pieces are neighbours in one array exactly when nothing but a comma stands between them. */
export function isBetweenElements(text: string): boolean {
  return text === ',' || /^\s*,\s*$/.test(text)
}

/** A piece with its cuts put back: the bytes that were in the body. */
export function uncutPiece(piece: Buffer, cuts: readonly Cut[]): Buffer {
  if (cuts.length === 0) return piece
  const chunks: Buffer[] = []
  let from = 0
  for (const cut of cuts) {
    chunks.push(piece.subarray(from, cut.at), Buffer.from(cut.text))
    from = cut.at
  }
  chunks.push(piece.subarray(from))
  return Buffer.concat(chunks)
}
