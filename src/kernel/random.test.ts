import { expect, it } from 'vitest'
import { systemRandom } from './random.ts'

it('gives as many bytes as were asked for, and never the same ones again', () => {
  const drawn = Array.from({ length: 5000 }, () => systemRandom(16))
  expect(new Set(drawn.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(5000)
  expect([0, 1, 1024, 1025, 100_000].map((size) => systemRandom(size).byteLength)).toEqual([
    0, 1, 1024, 1025, 100_000,
  ])
})

it('gives bytes that are not shared with later ones', () => {
  const first = Buffer.from(systemRandom(32))
  const kept = systemRandom(32)
  const copy = Buffer.from(kept)
  systemRandom(8000)
  for (let i = 0; i < 600; i++) systemRandom(32)
  expect(Buffer.from(kept).equals(copy)).toBe(true)
  expect(first.equals(copy)).toBe(false)
})
