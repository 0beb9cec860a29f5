import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts'
import type { VerifyCrypto } from '../crypto.ts'
import { fromUtf8 } from '../encoding.ts'
import { parseNote, type Vkey, verifyNote } from '../note.ts'

/** A checkpoint as far as it can be read, and every reason not to trust it. */
export interface SignedHead {
  readonly checkpoint?: Checkpoint
  readonly problems: readonly string[]
}

/** No checkpoint with its signatures is larger. */
export const MAX_CHECKPOINT_BYTES = 1_000_000

/** Reads a signed checkpoint and holds it against the keys; `name` says in every problem which one it is. */
export function readSignedHead(
  bytes: Uint8Array,
  { crypto, vkeys, name }: { crypto: VerifyCrypto; vkeys: readonly Vkey[]; name: string },
): SignedHead {
  const note = parseNote(fromUtf8(bytes) ?? '')
  const checkpoint = note && parseCheckpoint(note.text)
  if (note === undefined || checkpoint === undefined)
    return { problems: [`${name} is not a signed checkpoint`] }
  const signers = verifyNote(crypto, note, vkeys)
  if (signers.some((signer) => signer.name === checkpoint.origin)) return { checkpoint, problems: [] }
  return {
    checkpoint,
    problems: [
      signers.length === 0
        ? `${name} carries no good signature of a log key that you trust`
        : `${name} names the log ${checkpoint.origin}, but is signed by ${signers[0]?.name}`,
    ],
  }
}
