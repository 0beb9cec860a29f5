import { parseDecimal } from './checkpoint.ts'
import { fromBase64, toBase64 } from './encoding.ts'

/** An inclusion proof that stands alone as a file (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number
  /** Leaf's sibling first. */
  readonly hashes: readonly Uint8Array[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
}

const HEADER = 'c2sp.org/tlog-proof@v1'
/** A path is never longer than the bits of a safe integer. */
const MAX_HASHES = 64

/** The file's text. */
export function formatTlogProof({ index, hashes, checkpoint }: TlogProof): string {
  return `${HEADER}\nindex ${index}\n${hashes.map((hash) => `${toBase64(hash)}\n`).join('')}\n${checkpoint}`
}

/** The proof in a file's text; undefined when malformed. Nothing is verified yet. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n')
  const [header, ...fields] = text.slice(0, Math.max(end, 0)).split('\n')
  if (header !== HEADER) return undefined
  // The optional extra line is unauthenticated, so it is passed over.
  const [indexLine = '', ...hashLines] = fields[0]?.startsWith('extra ') ? fields.slice(1) : fields
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice(6)) : undefined
  const hashes = hashLines.slice(0, MAX_HASHES + 1).map(fromBase64)
  if (index === undefined || hashes.length > MAX_HASHES) return undefined
  const wellFormed = hashes.filter((hash) => hash?.length === 32) as Uint8Array[]
  return wellFormed.length === hashes.length
    ? { index, hashes: wellFormed, checkpoint: text.slice(end + 2) }
    : undefined
}
