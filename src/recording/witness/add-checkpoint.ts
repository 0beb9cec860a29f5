import { parseDecimal } from '../verify/index.ts'

/** The request that a log sends to a witness (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** What the witness is believed to have seen already. */
  readonly oldSize: number
  /** That the first `oldSize` entries are the beginning of the checkpoint's. */
  readonly proof: readonly Uint8Array[]
  /** The signed note. */
  readonly checkpoint: string
}

/** No honest request is larger: 64 lines and a checkpoint with some hundred signatures. */
export const MAX_REQUEST_BYTES = 65_536
export const SIZE_TYPE = 'text/x.tlog.size'
/** A path is never longer than the bits of a size. */
const MAX_HASHES = 63

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  const hashes = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`)
  return `old ${oldSize}\n${hashes.join('')}\n${checkpoint}`
}

/** The request in a body; undefined when it is none. Nothing is verified yet. */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const end = body.indexOf('\n\n')
  const [first = '', ...lines] = body.slice(0, Math.max(0, end)).split('\n')
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice(4)) : undefined
  const proof = lines.slice(0, MAX_HASHES + 1).map(parseHash)
  if (oldSize === undefined || proof.length > MAX_HASHES) return undefined
  const hashes = proof.filter((hash) => hash !== undefined)
  return hashes.length === proof.length
    ? { oldSize, proof: hashes, checkpoint: body.slice(end + 2) }
    : undefined
}

function parseHash(line: string): Uint8Array | undefined {
  const hash = Buffer.from(line, 'base64')
  return hash.length === 32 && hash.toString('base64') === line ? hash : undefined
}
