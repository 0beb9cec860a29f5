import type { Failure } from '../kernel/index.ts'
import { type Ledger, ledgerFailures } from '../recording/ledger/index.ts'
import { parseCheckpoint, parseNote } from '../recording/verify/index.ts'

/** Hashes are base64; `checkpoint` is there when the signed head is of the very size that the proof is for. */
export interface InclusionAnswer {
  readonly index: number
  readonly size: number
  readonly leafHash: string
  readonly hashes: readonly string[]
  readonly checkpoint?: string
}

export interface ConsistencyAnswer {
  readonly from: number
  readonly to: number
  readonly hashes: readonly string[]
  readonly checkpoint?: string
}

/** Proof that entry `index` is among the first `size` (all, when it is not given); `ledger.size-unknown`. */
export async function inclusionAnswer(
  ledger: Ledger,
  index: number,
  size?: number,
): Promise<InclusionAnswer> {
  const head = await signedHead(ledger)
  const of = size ?? head.size
  const entry = await ledger.entry(index)
  if (entry === undefined || index >= of || of > (await ledger.size()))
    throw await unknownSize(ledger, `entry ${index} of ${of}`)
  return {
    index,
    size: of,
    leafHash: toBase64(entry.leafHash),
    hashes: (await ledger.inclusionProof(index, of)).map(toBase64),
    ...(of === head.size ? { checkpoint: head.note } : {}),
  }
}

/** Proof that the first `from` entries are the beginning of the first `to` (all, when it is not given). */
export async function consistencyAnswer(
  ledger: Ledger,
  from: number,
  to?: number,
): Promise<ConsistencyAnswer> {
  const head = await signedHead(ledger)
  const newer = to ?? head.size
  if (from < 1 || from > newer || newer > (await ledger.size()))
    throw await unknownSize(ledger, `sizes ${from} and ${newer}`)
  return {
    from,
    to: newer,
    hashes: (await ledger.consistencyProof(from, newer)).map(toBase64),
    ...(newer === head.size ? { checkpoint: head.note } : {}),
  }
}

async function signedHead(ledger: Ledger): Promise<{ readonly note: string; readonly size: number }> {
  const note = await ledger.checkpoint()
  return { note, size: parseCheckpoint(parseNote(note)?.text ?? '')?.size ?? 0 }
}

async function unknownSize(ledger: Ledger, what: string): Promise<Failure> {
  return ledgerFailures.create(
    'size-unknown',
    `There is no proof for ${what}: the ledger has ${await ledger.size()} entries.`,
  )
}

function toBase64(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64')
}
