import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTlogVectors } from '../../../../test/vectors/tlog.ts'
import { bundleHead, decodeBundle, encodeBundle } from './entry-bundle.ts'

const vectors = readTlogVectors()
const entries = vectors.leaves.map((leaf) => Buffer.from(leaf.data_hex, 'hex'))

it('writes the bundle of the vectors and reads it back', () => {
  const bytes = encodeBundle(entries)
  expect(Buffer.from(bytes).toString('hex')).toBe(vectors.files['tile/entries/000.p/8'])
  expect(decodeBundle(bytes, 8)?.map((entry) => Buffer.from(entry))).toEqual(entries)
})

it('takes the largest entry and refuses a larger one', () => {
  expect(decodeBundle(encodeBundle([new Uint8Array(65_535)]), 1)?.[0]).toHaveLength(65_535)
  expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError)
})

it('reads a bundle only with the number of entries it has, and nothing after them', () => {
  const made = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(made, (bodies) => {
      const bytes = encodeBundle(bodies)
      expect(decodeBundle(bytes, bodies.length)).toEqual(bodies)
      expect(decodeBundle(bytes, bodies.length + 1)).toBeUndefined()
      expect(decodeBundle(bytes, bodies.length - 1)).toBeUndefined()
      expect(decodeBundle(bytes.subarray(0, -1), bodies.length)).toBeUndefined()
      expect(bundleHead(bytes, bodies.length - 1)).toEqual(encodeBundle(bodies.slice(0, -1)))
    }),
  )
})
