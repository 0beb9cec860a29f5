import type { VerifyCrypto } from './crypto.ts'
import { concat, equal, fromBase64, fromHex, toBase64, toHex, utf8 } from './encoding.ts'

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string
  /** 4 bytes; a hint which key, never a proof. */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/** A C2SP signed note: `text` ends in a newline and is exactly what the signatures cover. */
export interface Note {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** The public half of a log key (Ed25519, type 1). */
export interface Vkey {
  readonly name: string
  readonly keyId: Uint8Array
  readonly publicKey: Uint8Array
}

/** What kind of signature a note key makes; the type is hashed into its key id. */
export const KEY_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const
type KeyType = (typeof KEY_TYPES)[keyof typeof KEY_TYPES]

const MAX_NOTE_CHARS = 1_000_000
const MAX_SIGNATURES = 100

/** The first four bytes of SHA-256(name, newline, type, public key): how a note names an Ed25519 key. */
export function ed25519KeyId(
  sha256: VerifyCrypto['sha256'],
  key: { readonly name: string; readonly publicKey: Uint8Array },
): Uint8Array {
  return logId(sha256, key).slice(0, 4)
}

/** All 32 bytes of which the key id is the head: what Rekor v2 and Sigstore bundles call the log id. */
export function logId(
  sha256: VerifyCrypto['sha256'],
  key: { readonly name: string; readonly publicKey: Uint8Array },
): Uint8Array {
  return typedKeyHash(sha256, key, KEY_TYPES.ed25519)
}

/** SHA-256(name, newline, type, public key); its first four bytes are the key id. */
export function typedKeyHash(
  sha256: VerifyCrypto['sha256'],
  { name, publicKey }: { readonly name: string; readonly publicKey: Uint8Array },
  type: KeyType,
): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey))
}

/** `<name>+<key id in hex>+<base64 of type and public key>`. */
export function formatVkey(vkey: Vkey): string {
  return formatTypedVkey(vkey, KEY_TYPES.ed25519)
}

export function formatTypedVkey({ name, keyId, publicKey }: Vkey, type: KeyType): string {
  return `${name}+${toHex(keyId)}+${toBase64(concat(Uint8Array.of(type), publicKey))}`
}

/** The key of a vkey text; undefined when malformed, of another type, or when its key id is not its own. */
export function parseVkey(sha256: VerifyCrypto['sha256'], text: string): Vkey | undefined {
  return parseTypedVkey(sha256, text, KEY_TYPES.ed25519)
}

export function parseTypedVkey(
  sha256: VerifyCrypto['sha256'],
  text: string,
  type: KeyType,
): Vkey | undefined {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text)
  const [, name = '', hex = '', encoded = ''] = match ?? []
  const keyId = fromHex(hex)
  const key = fromBase64(encoded)
  if (keyId === undefined || key?.length !== 33 || key[0] !== type || !isKeyName(name)) return undefined
  const publicKey = key.subarray(1)
  const expected = typedKeyHash(sha256, { name, publicKey }, type).slice(0, 4)
  return equal(keyId, expected) ? { name, keyId, publicKey } : undefined
}

/** The note's bytes as text; `text` must end in a newline. */
export function signedNote(text: string, signatures: readonly NoteSignature[]): string {
  return withSignatures(`${text}\n`, signatures)
}

/** A signed note with further signature lines after its own; the text and what is there stay as they are. */
export function withSignatures(note: string, signatures: readonly NoteSignature[]): string {
  return `${note}${signatures.map(signatureLine).join('')}`
}

/** The signature lines in an answer that holds nothing else; undefined when malformed or absurdly many. */
export function parseSignatureLines(text: string): readonly NoteSignature[] | undefined {
  return text.includes('\n\n') ? undefined : parseNote(`\n\n${text}`)?.signatures
}

/** Splits a signed note; undefined when it is malformed or absurdly long. Nothing is verified yet. */
export function parseNote(note: string): Note | undefined {
  if (note.length > MAX_NOTE_CHARS || !note.isWellFormed() || hasControlCharacter(note)) return undefined
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return undefined
  const lines = note.slice(end + 2, -1).split('\n')
  const signatures = lines.slice(0, MAX_SIGNATURES + 1).map(parseSignatureLine)
  if (signatures.length > MAX_SIGNATURES) return undefined
  const wellFormed = signatures.filter((signature) => signature !== undefined)
  return wellFormed.length === signatures.length
    ? { text: note.slice(0, end + 1), signatures: wellFormed }
    : undefined
}

/**
 * The keys whose signature on the note is good. Empty means: not verified. Lines of unknown keys are passed over; one
 * bad line of a known key discredits the whole note.
 */
export function verifyNote(crypto: VerifyCrypto, note: Note, vkeys: readonly Vkey[]): readonly Vkey[] {
  const message = utf8(note.text)
  const good = new Set<Vkey>()
  for (const line of note.signatures) {
    const vkey = vkeys.find((known) => known.name === line.name && equal(known.keyId, line.keyId))
    if (vkey === undefined) continue
    if (!crypto.verifyEd25519(vkey.publicKey, message, line.signature)) return []
    good.add(vkey)
  }
  return [...good]
}

function signatureLine({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(concat(keyId, signature))}\n`
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Neither blank nor plus may stand in a key's name. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s\p{White_Space}+]/u.test(name)
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x0a) return true
  }
  return false
}
