import { randomBytes } from 'node:crypto'

/** `size` unpredictable bytes. */
export type Random = (size: number) => Uint8Array

/** The operating system's random source. */
export const systemRandom: Random = (size) => randomBytes(size)
