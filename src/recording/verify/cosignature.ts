import type { VerifyCrypto } from './crypto.ts'
import { concat, equal, utf8 } from './encoding.ts'
import {
  formatTypedVkey,
  KEY_TYPES,
  type Note,
  type NoteSignature,
  parseTypedVkey,
  typedKeyHash,
} from './note.ts'

/** The public half of a witness key (Ed25519, type 4). It is no log key: what it signs holds a time. */
export interface WitnessKey {
  readonly name: string
  readonly keyId: Uint8Array
  readonly cosigningKey: Uint8Array
}

/** A witness saw a checkpoint, and that it continues everything this witness saw of the log before. */
export interface Cosignature {
  readonly witness: WitnessKey
  /** Seconds since 1970 UTC, as the witness says. */
  readonly time: number
  /** The line as it stands in the note. */
  readonly line: NoteSignature
}

const TIME_BYTES = 8
const COSIGNATURE_BYTES = TIME_BYTES + 64

/** The witness key with this name and public key. */
export function witnessKey(
  sha256: VerifyCrypto['sha256'],
  { name, publicKey }: { readonly name: string; readonly publicKey: Uint8Array },
): WitnessKey {
  const keyId = typedKeyHash(sha256, { name, publicKey }, KEY_TYPES.cosignature).slice(0, 4)
  return { name, keyId, cosigningKey: publicKey }
}

/** The witness key of a vkey text; undefined when malformed or the key of a log. */
export function parseWitnessVkey(sha256: VerifyCrypto['sha256'], text: string): WitnessKey | undefined {
  const key = parseTypedVkey(sha256, text, KEY_TYPES.cosignature)
  return key && { name: key.name, keyId: key.keyId, cosigningKey: key.publicKey }
}

export function formatWitnessVkey({ name, keyId, cosigningKey }: WitnessKey): string {
  return formatTypedVkey({ name, keyId, publicKey: cosigningKey }, KEY_TYPES.cosignature)
}

/** What a witness signs (C2SP cosignature/v1): the time and the checkpoint's text without signature lines. */
export function cosignatureMessage(checkpointText: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${checkpointText}`)
}

/** The note line of a cosignature. */
export function cosignatureLine(
  { name, keyId }: WitnessKey,
  { time, signature }: { readonly time: number; readonly signature: Uint8Array },
): NoteSignature {
  const stamp = new DataView(new ArrayBuffer(TIME_BYTES))
  stamp.setBigUint64(0, BigInt(time))
  return { name, keyId, signature: concat(new Uint8Array(stamp.buffer), signature) }
}

/**
 * The good cosignatures of these witnesses on a note, the newest of each. Lines of other keys are passed over; a bad line
 * of a known witness discredits the whole note.
 */
export function verifyCosignatures(
  crypto: VerifyCrypto,
  note: Note,
  witnesses: readonly WitnessKey[],
): readonly Cosignature[] {
  const newest = new Map<WitnessKey, Cosignature>()
  for (const line of note.signatures) {
    const witness = witnesses.find(({ name, keyId }) => name === line.name && equal(keyId, line.keyId))
    if (witness === undefined) continue
    const time = timeOf(line)
    if (time === undefined || !isCosigned(crypto, note.text, { witness, time, line })) return []
    if (time > (newest.get(witness)?.time ?? -1)) newest.set(witness, { witness, time, line })
  }
  return [...newest.values()]
}

function timeOf({ signature }: NoteSignature): number | undefined {
  if (signature.length !== COSIGNATURE_BYTES) return undefined
  const time = Number(new DataView(signature.buffer, signature.byteOffset, TIME_BYTES).getBigUint64(0))
  return Number.isSafeInteger(time) ? time : undefined
}

function isCosigned(crypto: VerifyCrypto, text: string, { witness, time, line }: Cosignature): boolean {
  const message = cosignatureMessage(text, time)
  return crypto.verifyEd25519(witness.cosigningKey, message, line.signature.subarray(TIME_BYTES))
}
