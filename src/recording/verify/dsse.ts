import { isJsonObject, listAt, parseJsonObject, stringAt } from '../record/index.ts'
import { isModest } from './canonical.ts'
import type { VerifyCrypto } from './crypto.ts'
import { concat, equal, fromBase64, toBase64, utf8 } from './encoding.ts'
import { isEd25519 } from './spki.ts'

export const IN_TOTO_PAYLOAD = 'application/vnd.in-toto+json'

/** A signed payload. `payload` holds the signed bytes: verify them, then parse the same bytes. */
export interface Envelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signatures: readonly EnvelopeSignature[]
}

export interface EnvelopeSignature {
  /** A hint, covered by no signature; nothing may be decided by it. */
  readonly keyid: string
  /** ECDSA signatures in DER. */
  readonly sig: Uint8Array
}

/** What a DSSE signature covers. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const typeBytes = utf8(payloadType)
  return concat(utf8(`DSSEv1 ${typeBytes.length} ${payloadType} ${payload.length} `), payload)
}

/** The envelope as one line of JSON. */
export function formatEnvelope({ payloadType, payload, signatures }: Envelope): string {
  return JSON.stringify({
    payload: toBase64(payload),
    payloadType,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
  })
}

/** The envelope in a JSON text, in either base64 alphabet; undefined when malformed. Nothing is verified yet. */
export function parseEnvelope(text: string): Envelope | undefined {
  const json = isModest(text) ? parseJsonObject(text) : undefined
  const payloadType = stringAt(json, 'payloadType')
  const payload = fromEitherBase64(stringAt(json, 'payload'))
  const signatures = listAt(json, 'signatures').map(parseSignature)
  const wellFormed = signatures.filter((signature) => signature !== undefined)
  if (payloadType === undefined || payload === undefined || wellFormed.length === 0) return undefined
  return wellFormed.length === signatures.length
    ? { payloadType, payload, signatures: wellFormed }
    : undefined
}

/**
 * The distinct keys (SPKI DER; P-256 or Ed25519) of which at least one signature is good. Empty means: not verified.
 * A threshold counts this list.
 */
export function verifyEnvelope(
  crypto: VerifyCrypto,
  envelope: Envelope,
  keys: readonly Uint8Array[],
): readonly Uint8Array[] {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload)
  const distinct = keys.filter((key, i) => keys.findIndex((other) => equal(other, key)) === i)
  return distinct.filter((key) =>
    envelope.signatures.some(({ sig }) => verifySignature(crypto, key, { message, sig })),
  )
}

function verifySignature(
  crypto: VerifyCrypto,
  spki: Uint8Array,
  signed: { readonly message: Uint8Array; readonly sig: Uint8Array },
): boolean {
  if (isEd25519(spki)) {
    return crypto.verifyEd25519(spki.subarray(12), signed.message, signed.sig)
  }
  return crypto.verifyP256(spki, signed.message, signed.sig)
}

function parseSignature(value: unknown): EnvelopeSignature | undefined {
  if (!isJsonObject(value)) return undefined
  const sig = fromEitherBase64(stringAt(value, 'sig'))
  return sig === undefined ? undefined : { keyid: stringAt(value, 'keyid') ?? '', sig }
}

function fromEitherBase64(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  return fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='))
}
