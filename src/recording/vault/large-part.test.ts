import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decryptChunks, encryptChunks } from './large-part.ts'

const KEY = { key: createSecretKey(Buffer.alloc(32, 3)), place: 'evt_1/contents' }
const CHUNK = 65_536
const SEALED_CHUNK = CHUNK + 16

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += size) yield bytes.subarray(from, from + size)
}

async function gathered(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const sealed = (bytes: Uint8Array) => gathered(encryptChunks(KEY, pieces(bytes, 10_000)))
const opened = (bytes: Uint8Array) => gathered(decryptChunks(KEY, pieces(bytes, 7_777)))

describe('a stream in encrypted chunks', () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])(
    'of %i bytes comes back as it was',
    async (size) => {
      const body = Buffer.alloc(size, 'body')
      expect((await opened(await sealed(body))).equals(body)).toBe(true)
    },
  )

  it('comes back however it is cut while it passes', async () => {
    const body = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
      .toString('hex')
      .repeat(2)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200_000 }), async (size) => {
        const bytes = await gathered(encryptChunks(KEY, pieces(Buffer.from(body), size)))
        expect((await gathered(decryptChunks(KEY, pieces(bytes, size)))).toString()).toBe(body)
      }),
      { numRuns: 20 },
    )
  })

  it.each<readonly [string, (bytes: Buffer) => Buffer]>([
    ['cut at the end of a chunk', (bytes) => bytes.subarray(0, 2 * SEALED_CHUNK)],
    ['cut within a chunk', (bytes) => bytes.subarray(0, bytes.byteLength - 1)],
    ['empty', () => Buffer.alloc(0)],
    ['lengthened', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['with two chunks swapped', (bytes) => swapped(bytes)],
    ['with a chunk twice', (bytes) => Buffer.concat([bytes.subarray(0, SEALED_CHUNK), bytes])],
    ['with a chunk left out', (bytes) => bytes.subarray(SEALED_CHUNK)],
    ['with a bit changed', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 70_000 ? byte ^ 1 : byte)))],
  ])('does not open when it is %s', async (_, change) => {
    const bytes = await sealed(Buffer.alloc(2 * CHUNK + 100, 'body'))
    await expect(opened(change(bytes))).rejects.toThrow()
  })

  it('does not open in another place', async () => {
    const bytes = await sealed(Buffer.from('body'))
    const elsewhere = decryptChunks({ ...KEY, place: 'evt_2/contents' }, pieces(bytes, 100))
    await expect(gathered(elsewhere)).rejects.toThrow()
  })
})

function swapped(bytes: Buffer): Buffer {
  const [first, second] = [bytes.subarray(0, SEALED_CHUNK), bytes.subarray(SEALED_CHUNK, 2 * SEALED_CHUNK)]
  return Buffer.concat([second, first, bytes.subarray(2 * SEALED_CHUNK)])
}
