import { createHmac, createSecretKey, hash, KeyObject, timingSafeEqual } from 'node:crypto'

/** SHA-256 as 32 bytes. */
export function sha256(data: Uint8Array | string): Buffer {
  return hash('sha256', data, 'buffer')
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex')
}

/** HMAC-SHA256 over the chunks in order, as 32 bytes. */
export function hmacSha256(key: Uint8Array | KeyObject, ...chunks: readonly (Uint8Array | string)[]): Buffer {
  // Node takes several times as long over a key given as bytes.
  const mac = createHmac('sha256', key instanceof KeyObject ? key : createSecretKey(key))
  for (const chunk of chunks) mac.update(chunk)
  return mac.digest()
}

/** Compares secrets without telling by time where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
