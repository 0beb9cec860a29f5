import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts'
import type { VerifyCrypto } from '../crypto.ts'
import { fromUtf8 } from '../encoding.ts'
import { type KeyEntry, logKeysAt } from '../key-history.ts'
import { type Note, parseNote, type Vkey, verifyNote } from '../note.ts'

/** A checkpoint as far as it can be read, and every reason not to trust it. */
export interface SignedHead {
  readonly checkpoint?: Checkpoint
  readonly note?: Note
  readonly problems: readonly string[]
}

/** No checkpoint with its signatures is larger. */
export const MAX_CHECKPOINT_BYTES = 1_000_000

export interface HeadTrust {
  readonly crypto: VerifyCrypto
  /** Log keys you trust. */
  readonly vkeys: readonly Vkey[]
  /** What the log says about its keys, in its order; without it, only your keys count, and at every size. */
  readonly history?: readonly KeyEntry[]
}

/** Reads a signed checkpoint and holds it against the keys; `name` says in every problem which one it is. */
export function readSignedHead(bytes: Uint8Array, trust: HeadTrust & { readonly name: string }): SignedHead {
  const note = parseNote(fromUtf8(bytes) ?? '')
  const checkpoint = note && parseCheckpoint(note.text)
  if (note === undefined || checkpoint === undefined)
    return { problems: [`${trust.name} is not a signed checkpoint`] }
  const problem = signatureProblem(note, checkpoint, trust)
  return { checkpoint, note, problems: problem === undefined ? [] : [`${trust.name} ${problem}`] }
}

/** Why no key that counts has signed this checkpoint; undefined when one has. */
export function signatureProblem(
  note: Note,
  { origin, size }: Checkpoint,
  { crypto, vkeys, history = [] }: HeadTrust,
): string | undefined {
  const counting = verifyNote(crypto, note, logKeysAt({ crypto, pinned: vkeys, history }, size))
  if (counting.some((key) => key.name === origin)) return undefined
  const [stranger] = counting
  if (stranger !== undefined) return `names the log ${origin}, but is signed by ${stranger.name}`
  return verifyNote(crypto, note, vkeys).length === 0
    ? 'carries no good signature of a log key that you trust'
    : `is signed by a log key that does not count over ${size} entries: the log has revoked it before, or added it later`
}
