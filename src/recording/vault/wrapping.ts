import type { KeyObject } from 'node:crypto'
import { systemRandom } from '../../kernel/index.ts'
import { decrypt, encrypt, IV_BYTES } from './aes-gcm.ts'

/** Keys and salts under another key (AES-256-GCM), for one place only. */
export function wrapSecret(key: KeyObject, place: string, secret: Uint8Array): Buffer {
  return encrypt({ key, place }, systemRandom(IV_BYTES), secret)
}

/** What `wrapSecret` wrapped for the same place; throws when a bit of it was changed. */
export function unwrapSecret(key: KeyObject, place: string, wrapped: Uint8Array): Buffer {
  return decrypt({ key, place }, wrapped)
}
