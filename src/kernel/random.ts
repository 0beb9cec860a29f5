import { randomFillSync } from 'node:crypto'

/** `size` unpredictable bytes. */
export type Random = (size: number) => Uint8Array

/** The operating system's random source. */
export const systemRandom: Random = drawnInBlocks(randomFillSync)

/** One draw for many small requests, because a draw costs far more than its bytes. No byte is given out twice. */
function drawnInBlocks(fill: (block: Buffer) => Buffer): Random {
  const BLOCK_BYTES = 8192
  let block: Buffer = Buffer.alloc(0)
  return (size) => {
    if (size > BLOCK_BYTES / 8) return fill(Buffer.alloc(size))
    if (block.byteLength < size) block = fill(Buffer.alloc(BLOCK_BYTES))
    const bytes = Buffer.from(block.subarray(0, size))
    block.fill(0, 0, size)
    block = block.subarray(size)
    return bytes
  }
}
