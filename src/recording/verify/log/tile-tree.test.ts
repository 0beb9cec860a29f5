import { expect, it } from 'vitest'
import { readTlogVectors } from '../../../../test/vectors/tlog.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { createMerkle } from '../merkle.ts'
import { tileLevels } from './tile-layout.ts'
import { TileTree } from './tile-tree.ts'

const merkle = createMerkle(nodeCrypto.sha256)
const roots = Object.entries(readTlogVectors().roots_of_entry_i_logs).map(([size, root]) => [
  Number(size),
  root,
])

it('gives the roots of the vectors on its way to 70,000 entries', () => {
  const expected = new Map(roots as [number, string][])
  const tree = new TileTree(merkle)
  const found = new Map<number, string>()
  for (let i = 0; i < 70_000; i++) {
    tree.append(merkle.leafHash(Buffer.from(`entry ${i}`)))
    if (expected.has(tree.size)) found.set(tree.size, Buffer.from(tree.root()).toString('hex'))
  }
  expect(found).toEqual(expected)
})

it('fills and leaves open exactly the tiles a log of its size has, and goes on from them', () => {
  const tree = new TileTree(merkle)
  const filled = new Map<number, number>()
  for (let i = 0; i < 66_000; i++) {
    for (const { level, number, hashes } of tree.append(merkle.leafHash(Buffer.from(`${i}`)))) {
      expect([number, hashes.length]).toEqual([filled.get(level) ?? 0, 256])
      filled.set(level, number + 1)
    }
  }
  const partials = tree
    .partials()
    .map(({ level, number, hashes }) => ({ level, full: number, partial: hashes.length }))
  expect(partials).toEqual(tileLevels(66_000).filter(({ partial }) => partial > 0))
  expect([...filled].map(([level, full]) => ({ level, full }))).toEqual([
    { level: 0, full: 257 },
    { level: 1, full: 1 },
  ])
  const copy = tree.copy()
  copy.append(merkle.leafHash(Buffer.from('more')))
  expect([tree.size, copy.size]).toEqual([66_000, 66_001])
  expect(copy.root()).not.toEqual(tree.root())
})
