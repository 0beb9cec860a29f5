import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { fromHex, toHex, utf8 } from './encoding.ts'
import { createFrontier } from './frontier.ts'
import { createMerkle } from './merkle.ts'
import { consistencyPath, inclusionPath, rangeHash } from './proof-path.ts'

const vectors = readTlogVectors()
const merkle = createMerkle(nodeCrypto.sha256)

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex)
  if (decoded === undefined) throw new Error(`not hex: ${hex}`)
  return decoded
}

function flipped(hash: Uint8Array): Uint8Array {
  return hash.map((byte, i) => (i === 7 ? byte ^ 1 : byte))
}

/** Every proof that is one hash away from `proof`. */
function damaged(proof: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const stray = nodeCrypto.sha256(utf8('stray'))
  return [
    ...proof.map((hash, i) => proof.with(i, flipped(hash))),
    ...proof.map((_, i) => proof.toSpliced(i, 1)),
    ...[...proof, stray].map((_, i) => proof.toSpliced(i, 0, stray)),
  ]
}

function leavesOf(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, i) => merkle.leafHash(utf8(`entry ${i}`)))
}

describe('the vectors of the RFC 6962 tree [REC-12]', () => {
  it.each(vectors.leaves)('hashes leaf $data_hex', ({ data_hex, leaf_hash }) => {
    expect(toHex(merkle.leafHash(bytes(data_hex)))).toBe(leaf_hash)
  })

  it.each(vectors.roots_by_size.map((root, size) => ({ root, size })))(
    'has the known root at size $size',
    ({ root, size }) => {
      const hashes = vectors.leaves.slice(0, size).map((leaf) => bytes(leaf.leaf_hash))
      expect(toHex(merkle.rootOfHashes(hashes))).toBe(root)
    },
  )

  it.each(vectors.inclusion)(
    'proves leaf $Index in $Size and nothing one hash away',
    ({ Index, Size, Proof }) => {
      const claim = {
        index: Index,
        size: Size,
        leafHash: bytes(vectors.leaves[Index]?.leaf_hash ?? ''),
        root: bytes(vectors.roots_by_size[Size] ?? ''),
      }
      const proof = (Proof ?? []).map(bytes)
      expect(merkle.verifyInclusion({ ...claim, proof })).toBe(true)
      for (const wrong of damaged(proof))
        expect(merkle.verifyInclusion({ ...claim, proof: wrong })).toBe(false)
      const hash = (lo: number, hi: number) =>
        merkle.rootOfHashes(vectors.leaves.slice(lo, hi).map((leaf) => bytes(leaf.leaf_hash)))
      expect(inclusionPath(Index, Size, hash).map(toHex)).toEqual(Proof ?? [])
    },
  )

  it.each(vectors.consistency)(
    'proves $Index a prefix of $Size and nothing one hash away',
    ({ Index, Size, Proof }) => {
      const claim = {
        oldSize: Index,
        newSize: Size,
        oldRoot: bytes(vectors.roots_by_size[Index] ?? ''),
        newRoot: bytes(vectors.roots_by_size[Size] ?? ''),
      }
      const proof = (Proof ?? []).map(bytes)
      expect(merkle.verifyConsistency({ ...claim, proof })).toBe(true)
      for (const wrong of damaged(proof))
        expect(merkle.verifyConsistency({ ...claim, proof: wrong })).toBe(false)
      const hash = (lo: number, hi: number) =>
        merkle.rootOfHashes(vectors.leaves.slice(lo, hi).map((leaf) => bytes(leaf.leaf_hash)))
      expect(consistencyPath(Index, Size, hash).map(toHex)).toEqual(Proof ?? [])
    },
  )

  it('grows to the known roots of up to 70,000 entries', () => {
    const frontier = createFrontier(merkle)
    for (let i = 0; i < 70_000; i++) {
      frontier.append(merkle.leafHash(utf8(`entry ${i}`)))
      const known = vectors.roots_of_entry_i_logs[String(i + 1)]
      if (known !== undefined) expect(toHex(frontier.root())).toBe(known)
    }
  })
})

describe('proofs of any tree', () => {
  const leaves = leavesOf(600)
  const hash = (lo: number, hi: number) => merkle.rootOfHashes(leaves.slice(lo, hi))

  it('verify for every leaf of every size up to 600 [REC-12]', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat(), (size, a, b) => {
        const [index, oldSize] = [a % size, (b % size) + 1]
        const root = hash(0, size)
        const leafHash = leaves[index] ?? root
        const inclusion = inclusionPath(index, size, hash)
        const consistency = consistencyPath(oldSize, size, hash)
        expect(merkle.verifyInclusion({ index, size, leafHash, proof: inclusion, root })).toBe(true)
        const claim = { oldSize, newSize: size, oldRoot: hash(0, oldSize), newRoot: root, proof: consistency }
        expect(merkle.verifyConsistency(claim)).toBe(true)
      }),
    )
  })

  it('come out the same from perfect subtrees', () => {
    const subtree = (level: number, index: number) => hash(index * 2 ** level, (index + 1) * 2 ** level)
    for (const [index, size] of [
      [0, 1],
      [5, 300],
      [299, 300],
      [256, 513],
      [512, 513],
    ] as const) {
      const fromSubtrees = inclusionPath(index, size, (lo, hi) =>
        rangeHash({ lo, hi }, subtree, merkle.nodeHash),
      )
      expect(fromSubtrees).toEqual(inclusionPath(index, size, hash))
    }
  })

  it('hold past sizes of 31 bits', () => {
    // A tree whose every leaf is the same: each perfect subtree's root depends on its level alone.
    const roots = [merkle.leafHash(utf8('same'))]
    for (let level = 1; level < 53; level++) {
      const below = roots[level - 1] ?? new Uint8Array()
      roots.push(merkle.nodeHash(below, below))
    }
    const subtree = (level: number) => roots[level] ?? new Uint8Array()
    const range = (lo: number, hi: number) => rangeHash({ lo, hi }, subtree, merkle.nodeHash)
    const [index, oldSize, size] = [2 ** 40 + 77, 2 ** 33 + 5, 2 ** 41 + 3]
    const root = range(0, size)
    const proof = inclusionPath(index, size, range)
    expect(merkle.verifyInclusion({ index, size, leafHash: subtree(0), proof, root })).toBe(true)
    const consistency = consistencyPath(oldSize, size, range)
    const claim = { oldSize, newSize: size, oldRoot: range(0, oldSize), newRoot: root, proof: consistency }
    expect(merkle.verifyConsistency(claim)).toBe(true)
  })

  it('refuse an index that is not in the tree', () => {
    const root = hash(0, 1)
    for (const index of [-1, 1, 0.5, Number.NaN, 2 ** 60]) {
      expect(merkle.verifyInclusion({ index, size: 1, leafHash: root, proof: [], root })).toBe(false)
    }
  })

  it('take the empty tree as prefix of any tree only without hashes', () => {
    const claim = { oldSize: 0, newSize: 3, oldRoot: merkle.rootOfHashes([]), newRoot: hash(0, 3) }
    expect(merkle.verifyConsistency({ ...claim, proof: [] })).toBe(true)
    expect(merkle.verifyConsistency({ ...claim, proof: [hash(0, 1)] })).toBe(false)
    expect(merkle.verifyConsistency({ ...claim, oldRoot: hash(0, 1), proof: [] })).toBe(false)
  })
})

describe('the right edge', () => {
  it('goes on from where it was kept, at every size', () => {
    const leaves = leavesOf(130)
    const whole = createFrontier(merkle)
    let kept = createFrontier(merkle)
    for (const [i, leaf] of leaves.entries()) {
      whole.append(leaf)
      kept = createFrontier(merkle, kept.edge())
      kept.append(leaf)
      expect(kept.root()).toEqual(merkle.rootOfHashes(leaves.slice(0, i + 1)))
      expect(kept.size).toBe(i + 1)
    }
    expect(whole.root()).toEqual(kept.root())
  })

  it('tells each perfect subtree once, when its last leaf comes', () => {
    const leaves = leavesOf(8)
    const frontier = createFrontier(merkle)
    const told = leaves.map((leaf) => frontier.append(leaf).map(({ level, index }) => `${level}/${index}`))
    expect(told).toEqual([[], ['1/0'], [], ['1/1', '2/0'], [], ['1/2'], [], ['1/3', '2/1', '3/0']])
    expect(createFrontier(merkle).append(leaves[0] ?? new Uint8Array())).toEqual([])
  })

  it('gives the hashes of the subtrees it tells', () => {
    const leaves = leavesOf(256)
    const frontier = createFrontier(merkle)
    const last = leaves.map((leaf) => frontier.append(leaf)).at(-1)
    expect(last?.at(-1)).toEqual({ level: 8, index: 0, hash: merkle.rootOfHashes(leaves) })
  })

  it('refuses an edge that does not fit its size', () => {
    expect(() => createFrontier(merkle, { size: 3, hashes: leavesOf(1) })).toThrow(RangeError)
  })
})
