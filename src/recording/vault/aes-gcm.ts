import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

export const IV_BYTES = 12
const TAG_BYTES = 16

/** What some bytes are encrypted under and bound to: they open with the same key for the same place only. */
export interface Binding {
  /** A key object: Node takes several times as long over a key given as bytes. */
  readonly key: KeyObject
  readonly place: string
}

/** AES-256-GCM: nonce, ciphertext, tag. A nonce must never be used twice under a key. */
export function encrypt({ key, place }: Binding, iv: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(place))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What was encrypted with the same binding; throws when a bit of it was changed. */
export function decrypt({ key, place }: Binding, sealed: Uint8Array): Buffer {
  const end = sealed.byteLength - TAG_BYTES
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
  cipher.setAAD(Buffer.from(place))
  cipher.setAuthTag(sealed.subarray(end))
  return Buffer.concat([cipher.update(sealed.subarray(IV_BYTES, end)), cipher.final()])
}
