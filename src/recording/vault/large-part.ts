import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

/** A body is encrypted in chunks of this size; only the last may be shorter. */
const CHUNK_BYTES = 65_536
const TAG_BYTES = 16
const IV_BYTES = 12

/** A large part's key, used for nothing else, and the place it is bound to (event and part name). */
export interface LargePartKey {
  readonly key: KeyObject
  readonly place: string
}

/**
 * Encrypts a stream in chunks (AES-256-GCM). The nonce of each holds its number and whether it is the last, so that a
 * file that was cut, lengthened or put together in another order does not open.
 */
export async function* encryptChunks(
  { key, place }: LargePartKey,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  for await (const { bytes, number, isLast } of numbered(plain, CHUNK_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(number, isLast))
    cipher.setAAD(Buffer.from(place))
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
}

/** The opposite. Every chunk that comes out is authentic; it throws instead of ending when the rest is not. */
export async function* decryptChunks(
  { key, place }: LargePartKey,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  for await (const { bytes, number, isLast } of numbered(sealed, CHUNK_BYTES + TAG_BYTES)) {
    const end = bytes.byteLength - TAG_BYTES
    if (end < 0) throw new RangeError('the last chunk is cut')
    const cipher = createDecipheriv('aes-256-gcm', key, nonce(number, isLast), { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(place))
    cipher.setAuthTag(bytes.subarray(end))
    yield Buffer.concat([cipher.update(bytes.subarray(0, end)), cipher.final()])
  }
}

function nonce(number: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(IV_BYTES)
  bytes.writeUInt32BE(number, IV_BYTES - 5)
  bytes.writeUInt8(isLast ? 1 : 0, IV_BYTES - 1)
  return bytes
}

interface NumberedChunk {
  readonly bytes: Buffer
  readonly number: number
  readonly isLast: boolean
}

/** The stream cut into chunks of one size; a stream without a byte is one empty chunk. */
async function* numbered(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<NumberedChunk> {
  let held: Uint8Array[] = []
  let length = 0
  let number = 0
  for await (const bytes of stream) {
    held.push(bytes)
    length += bytes.byteLength
    if (length <= size) continue
    let rest: Buffer = Buffer.concat(held)
    // A whole chunk is kept back while it may turn out to be the last.
    for (; rest.byteLength > size; rest = rest.subarray(size)) {
      yield { bytes: rest.subarray(0, size), number: number++, isLast: false }
    }
    held = [rest]
    length = rest.byteLength
  }
  yield { bytes: Buffer.concat(held), number, isLast: true }
}
