import { createSecretKey, type KeyObject } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { hmacSha256, systemRandom } from '../../kernel/index.ts'
import { COMMITMENT_DOMAIN } from '../record/index.ts'
import { decrypt, encrypt, IV_BYTES } from './aes-gcm.ts'

/** A body made unreadable: with the vault key, `place` and both fields the body and its salt come back. */
export interface SealedBody {
  /** AES-256-GCM over the (perhaps compressed) body, under a key of its own. */
  readonly sealed: Uint8Array
  /** That key and the commitment's salt, wrapped by the vault key. Destroying these bytes erases the body. */
  readonly wrappedKey: Uint8Array
}

const KEY_BYTES = 32
const SALT_BYTES = 32
/** Below this size zstd saves some hundred bytes at most and takes about as long as the rest of sealing. */
const COMPRESS_FROM_BYTES = 512
const PLAIN = 0
const ZSTD = 1

/** The hiding and binding commitment that an event holds: nothing can be guessed from it without the salt. */
export function commitTo(body: Uint8Array, salt: Uint8Array): Buffer {
  return hmacSha256(salt, COMMITMENT_DOMAIN, body)
}

/** Encrypts a body for one place (event and part name), so that parts cannot be swapped unnoticed. */
export function sealBody(
  vaultKey: KeyObject,
  place: string,
  body: Uint8Array,
): SealedBody & { readonly salt: Uint8Array } {
  const fresh = systemRandom(KEY_BYTES + SALT_BYTES + 2 * IV_BYTES)
  const keyAndSalt = fresh.subarray(0, KEY_BYTES + SALT_BYTES)
  const key = createSecretKey(keyAndSalt.subarray(0, KEY_BYTES))
  const ivs = fresh.subarray(keyAndSalt.byteLength)
  return {
    sealed: encrypt({ key, place }, ivs.subarray(0, IV_BYTES), compress(body)),
    wrappedKey: encrypt({ key: vaultKey, place }, ivs.subarray(IV_BYTES), keyAndSalt),
    salt: keyAndSalt.subarray(KEY_BYTES),
  }
}

/** Opens what `sealBody` made for the same place; throws when a single bit of it was changed. */
export function openBody(
  vaultKey: KeyObject,
  place: string,
  { sealed, wrappedKey }: SealedBody,
): { body: Buffer; salt: Buffer } {
  const keys = decrypt({ key: vaultKey, place }, wrappedKey)
  const key = createSecretKey(keys.subarray(0, KEY_BYTES))
  const body = decompress(decrypt({ key, place }, sealed))
  return { body, salt: keys.subarray(KEY_BYTES) }
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
