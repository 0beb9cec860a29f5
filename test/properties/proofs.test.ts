import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import {
  consistencyPath,
  createMerkle,
  inclusionPath,
  type RangeHash,
  rangeHash,
} from '../../src/recording/verify/index.ts'
import { BareLedger, draft } from '../support/bare-ledger.ts'

const merkle = createMerkle(nodeCrypto.sha256)
const SMALL = 600
/** Where tiles of the third level begin. */
const LARGE = Array.from({ length: 7 }, (_, i) => 256 ** 2 - 3 + i)

const leaves = Array.from({ length: Math.max(...LARGE) }, (_, i) =>
  merkle.leafHash(Buffer.from(`entry ${i}`)),
)
const hash = remembered((lo, hi) => rangeHash({ lo, hi }, perfect, merkle.nodeHash))
const perfect = rememberedSubtree()

/** Every range is asked for again and again. */
function remembered(compute: RangeHash): RangeHash {
  const known = new Map<number, Uint8Array>()
  return (lo, hi) => {
    const key = lo * 2 ** 20 + hi
    const found = known.get(key) ?? compute(lo, hi)
    known.set(key, found)
    return found
  }
}

function rememberedSubtree() {
  const known = new Map<number, Uint8Array>()
  const subtree = (level: number, index: number): Uint8Array => {
    if (level === 0) return leaves[index] ?? new Uint8Array()
    const key = index * 32 + level
    const found =
      known.get(key) ?? merkle.nodeHash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))
    known.set(key, found)
    return found
  }
  return subtree
}

function inclusionOf(index: number, size: number) {
  const leafHash = leaves[index] ?? new Uint8Array()
  return { index, size, leafHash, root: hash(0, size), proof: inclusionPath(index, size, hash) }
}

function consistencyOf(oldSize: number, newSize: number) {
  const proof = consistencyPath(oldSize, newSize, hash)
  return { oldSize, newSize, oldRoot: hash(0, oldSize), newRoot: hash(0, newSize), proof }
}

/** All places in a small tree; in a larger one a quarter of them, each time another, and the last. */
function placesIn(size: number): readonly number[] {
  const all = Array.from({ length: size }, (_, index) => index)
  return size <= 260 ? all : all.filter((index) => index % 4 === size % 4 || index === size - 1)
}

function sizes() {
  return fc.oneof(fc.integer({ min: 2, max: SMALL }), fc.constantFrom(...LARGE))
}

describe('proofs', () => {
  it('of inclusion verify at every size up to 600 [REC-12]', () => {
    const failed: string[] = []
    for (let size = 1; size <= SMALL; size++) {
      for (const index of placesIn(size)) {
        if (!merkle.verifyInclusion(inclusionOf(index, size))) failed.push(`${index} in ${size}`)
      }
    }
    expect(failed).toEqual([])
  })

  it('of consistency verify to every size up to 600 [REC-12]', () => {
    const failed: string[] = []
    for (let newSize = 1; newSize <= SMALL; newSize++) {
      for (const index of placesIn(newSize)) {
        const claim = consistencyOf(index + 1, newSize)
        if (!merkle.verifyConsistency(claim)) failed.push(`${claim.oldSize} in ${newSize}`)
      }
    }
    expect(failed).toEqual([])
  })

  it.each(LARGE)('verify around 256 squared, for %i entries', (size) => {
    const near = [0, 1, 255, 256, 257, 32_767, 32_768, 65_279, 65_280, 65_535, 65_536, size - 2, size - 1]
    for (const index of near.filter((one) => one < size)) {
      expect([index, merkle.verifyInclusion(inclusionOf(index, size))]).toEqual([index, true])
      expect([index, merkle.verifyConsistency(consistencyOf(index + 1, size))]).toEqual([index, true])
    }
    fc.assert(
      fc.property(fc.nat({ max: size - 1 }), (index) => {
        expect(merkle.verifyInclusion(inclusionOf(index, size))).toBe(true)
        expect(merkle.verifyConsistency(consistencyOf(index + 1, size))).toBe(true)
      }),
    )
  })

  it('of inclusion do not verify with anything about them changed [REC-12]', () => {
    fc.assert(
      fc.property(sizes(), fc.nat(), fc.nat(), (size, a, b) => {
        const claim = inclusionOf(a % size, size)
        const other = (claim.index + 1 + (b % (size - 1))) % size
        expect(merkle.verifyInclusion({ ...claim, index: other })).toBe(false)
        expect(merkle.verifyInclusion({ ...claim, index: size + b })).toBe(false)
        expect(merkle.verifyInclusion({ ...claim, leafHash: leaves[other] ?? claim.root })).toBe(false)
        expect(merkle.verifyInclusion({ ...claim, root: hash(0, size - 1) })).toBe(false)
        for (const proof of damaged(claim.proof, b))
          expect(merkle.verifyInclusion({ ...claim, proof })).toBe(false)
      }),
    )
  })

  it('of consistency do not verify with anything about them changed [REC-12]', () => {
    fc.assert(
      fc.property(sizes(), fc.nat(), fc.nat(), (newSize, a, b) => {
        const claim = consistencyOf(1 + (a % (newSize - 1)), newSize)
        const { oldRoot, newRoot } = claim
        expect(merkle.verifyConsistency({ ...claim, oldRoot: newRoot })).toBe(false)
        expect(merkle.verifyConsistency({ ...claim, newRoot: oldRoot })).toBe(false)
        expect(merkle.verifyConsistency({ ...claim, oldSize: newSize })).toBe(false)
        expect(merkle.verifyConsistency({ ...claim, oldSize: newSize + 1 })).toBe(false)
        for (const proof of damaged(claim.proof, b))
          expect(merkle.verifyConsistency({ ...claim, proof })).toBe(false)
      }),
    )
  })
})

describe('a ledger', () => {
  it('proves what it holds at every size up to 600 [REC-12]', async () => {
    await using bare = new BareLedger()
    const ledger = await bare.start()
    await ledger.appendAll(Array.from({ length: SMALL }, () => draft('recording.gap')))
    const entries = await ledger.entriesFrom(0, SMALL)
    for (let size = 1; size <= SMALL; size++) {
      const root = await ledger.root(size)
      for (const index of [0, size >> 1, size - 1]) {
        const leafHash = merkle.leafHash(entries[index]?.body ?? new Uint8Array())
        const proof = await ledger.inclusionProof(index, size)
        expect([index, size, merkle.verifyInclusion({ index, size, leafHash, root, proof })]).toEqual([
          index,
          size,
          true,
        ])
      }
      const oldSize = 1 + ((size * 7) % size)
      const proof = await ledger.consistencyProof(oldSize, size)
      const claim = { oldSize, newSize: size, oldRoot: await ledger.root(oldSize), newRoot: root, proof }
      expect([oldSize, size, merkle.verifyConsistency(claim)]).toEqual([oldSize, size, true])
    }
  })
})

/** A bit changed, a hash left out, one too many, two exchanged. */
function damaged(proof: readonly Uint8Array[], n: number): readonly (readonly Uint8Array[])[] {
  const at = n % Math.max(proof.length, 1)
  const hashed = proof[at]
  const more = [...proof.toSpliced(at, 0, merkle.leafHash(Buffer.from('more')))]
  if (hashed === undefined) return [more]
  const bit = hashed.with(n % 32, (hashed[n % 32] ?? 0) ^ (1 << (n % 8)))
  const swapped = proof.length < 2 ? [] : [[...proof.slice(1), ...proof.slice(0, 1)]]
  return [more, proof.with(at, bit), proof.toSpliced(at, 1), ...swapped]
}
