import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { hmacSha256 } from '../../kernel/index.ts'
import { COMMITMENT_DOMAIN } from '../record/index.ts'
import type { VaultKey } from './key.ts'

/** A body made unreadable: with the vault key, `place` and both fields the body and its salt come back. */
export interface SealedBody {
  /** AES-256-GCM over the (perhaps compressed) body, under a key of its own. */
  readonly sealed: Uint8Array
  /** That key and the commitment's salt, wrapped by the vault key. Destroying these bytes erases the body. */
  readonly wrappedKey: Uint8Array
}

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
/** Below this size zstd's own frame eats what it saves. */
const COMPRESS_FROM_BYTES = 96
const PLAIN = 0
const ZSTD = 1

/** The hiding and binding commitment that an event holds: nothing can be guessed from it without the salt. */
export function commitTo(body: Uint8Array, salt: Uint8Array): string {
  return hmacSha256(salt, COMMITMENT_DOMAIN, body).toString('hex')
}

/** Encrypts a body for one place (event and part name), so that parts cannot be swapped unnoticed. */
export function sealBody(
  vaultKey: VaultKey,
  place: string,
  secret: { readonly body: Uint8Array; readonly salt: Uint8Array },
): SealedBody {
  const key = random(KEY_BYTES)
  return {
    sealed: encrypt(key, place, compress(secret.body)),
    wrappedKey: encrypt(vaultKey, place, Buffer.concat([key, secret.salt])),
  }
}

/** Opens what `sealBody` made for the same place; throws when a single bit of it was changed. */
export function openBody(
  vaultKey: VaultKey,
  place: string,
  { sealed, wrappedKey }: SealedBody,
): { body: Buffer; salt: Buffer } {
  const keys = decrypt(vaultKey, place, wrappedKey)
  const body = decompress(decrypt(keys.subarray(0, KEY_BYTES), place, sealed))
  return { body, salt: keys.subarray(KEY_BYTES) }
}

export function random(size: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(size))
}

function compress(body: Uint8Array): Buffer {
  if (body.byteLength >= COMPRESS_FROM_BYTES) {
    const packed = zstdCompressSync(body)
    if (packed.byteLength < body.byteLength) return Buffer.concat([Uint8Array.of(ZSTD), packed])
  }
  return Buffer.concat([Uint8Array.of(PLAIN), body])
}

function decompress(packed: Buffer): Buffer {
  return packed[0] === ZSTD ? zstdDecompressSync(packed.subarray(1)) : packed.subarray(1)
}

function encrypt(key: Uint8Array, place: string, plain: Uint8Array): Buffer {
  const iv = random(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(place))
  const body = Buffer.concat([iv, cipher.update(plain), cipher.final()])
  return Buffer.concat([body, cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, place: string, sealed: Uint8Array): Buffer {
  const end = sealed.byteLength - TAG_BYTES
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
  cipher.setAAD(Buffer.from(place))
  cipher.setAuthTag(sealed.subarray(end))
  return Buffer.concat([cipher.update(sealed.subarray(IV_BYTES, end)), cipher.final()])
}
