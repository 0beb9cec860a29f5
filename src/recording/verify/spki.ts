import { concat, fromBase64, toBase64 } from './encoding.ts'

/** The head of an SPKI DER that holds an Ed25519 key. */
const ED25519_SPKI_HEAD = Uint8Array.of(
  0x30,
  0x2a,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x03,
  0x21,
  0x00,
)
const HEAD = '-----BEGIN PUBLIC KEY-----\n'
const FOOT = '-----END PUBLIC KEY-----\n'

/** A public key's SPKI DER as PEM. */
export function toPem(spki: Uint8Array): string {
  const lines = toBase64(spki).match(/.{1,64}/g) ?? []
  return `${HEAD}${lines.join('\n')}\n${FOOT}`
}

/** The SPKI DER of a PEM spelled as `toPem` spells it; undefined for any other. */
export function fromPem(pem: string): Uint8Array | undefined {
  if (!pem.startsWith(HEAD) || !pem.endsWith(FOOT)) return undefined
  const spki = fromBase64(pem.slice(HEAD.length, -FOOT.length).replaceAll('\n', ''))
  return spki !== undefined && toPem(spki) === pem ? spki : undefined
}

/** The SPKI DER of an Ed25519 public key. */
export function ed25519Spki(publicKey: Uint8Array): Uint8Array {
  return concat(ED25519_SPKI_HEAD, publicKey)
}

export function isEd25519(spki: Uint8Array): boolean {
  return spki.length === 44 && ED25519_SPKI_HEAD.every((byte, i) => spki[i] === byte)
}
