import { equal } from './encoding.ts'

/** A claim that one leaf is in the tree of `size` leaves under `root`. */
export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** A claim that the tree of `oldSize` leaves is a prefix of the tree of `newSize` leaves. */
export interface ConsistencyClaim {
  readonly oldSize: number
  readonly newSize: number
  readonly proof: readonly Uint8Array[]
  readonly oldRoot: Uint8Array
  readonly newRoot: Uint8Array
}

/** The RFC 6962 tree over one hash function. Hashes are 32 bytes; sizes may pass 2^31. */
export interface Merkle {
  leafHash(entry: Uint8Array): Uint8Array
  nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array
  /** Root over leaf hashes; of none, the hash of nothing. */
  rootOfHashes(leafHashes: readonly Uint8Array[]): Uint8Array
  verifyInclusion(claim: InclusionClaim): boolean
  verifyConsistency(claim: ConsistencyClaim): boolean
}

/** SHA-256 comes in and does not keep what it is given; every method is pure and false means "not proven", for whatever reason. */
export function createMerkle(sha256: (data: Uint8Array) => Uint8Array): Merkle {
  const prefixed = createPrefixing()
  const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(prefixed(1, left, right))
  return {
    leafHash: (entry) => sha256(prefixed(0, entry)),
    nodeHash,
    rootOfHashes: (hashes) => rootOfHashes(hashes, nodeHash, sha256),
    verifyInclusion: (claim) => verifyInclusion(claim, nodeHash),
    verifyConsistency: (claim) => verifyConsistency(claim, nodeHash, sha256),
  }
}

/** The largest power of two below `size` (size > 1): where RFC 6962 splits a tree. */
export function splitPoint(size: number): number {
  let k = 1
  while (k * 2 < size) k *= 2
  return k
}

export type NodeHash = (left: Uint8Array, right: Uint8Array) => Uint8Array

/** Joins a prefix with what is hashed, in one piece of memory: making a new one costs more than hashing a small entry. */
function createPrefixing() {
  const scratch = new Uint8Array(SCRATCH_BYTES)
  return (prefix: number, first: Uint8Array, second?: Uint8Array): Uint8Array => {
    const length = 1 + first.length + (second?.length ?? 0)
    const data = length > SCRATCH_BYTES ? new Uint8Array(length) : scratch.subarray(0, length)
    data[0] = prefix
    data.set(first, 1)
    if (second !== undefined) data.set(second, 1 + first.length)
    return data
  }
}

const SCRATCH_BYTES = 4096

function rootOfHashes(
  hashes: readonly Uint8Array[],
  nodeHash: NodeHash,
  sha256: (data: Uint8Array) => Uint8Array,
): Uint8Array {
  let level = hashes
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]]
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right))
    }
    level = above
  }
  return level[0] ?? sha256(new Uint8Array())
}

/** RFC 9162 §2.1.3.2. Halving divides: shifts would cut sizes to 32 bits. */
function verifyInclusion(claim: InclusionClaim, nodeHash: NodeHash): boolean {
  if (!isTreeSize(claim.index) || !isTreeSize(claim.size) || claim.index >= claim.size) return false
  const walk = { fn: claim.index, sn: claim.size - 1 }
  let hash = claim.leafHash
  for (const sibling of claim.proof) {
    if (walk.sn === 0) return false
    hash = climb(walk) === 'from-right' ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
  }
  return walk.sn === 0 && equal(hash, claim.root)
}

/** RFC 9162 §2.1.4.2. */
function verifyConsistency(
  claim: ConsistencyClaim,
  nodeHash: NodeHash,
  sha256: (data: Uint8Array) => Uint8Array,
): boolean {
  const { oldSize, newSize, proof, oldRoot, newRoot } = claim
  if (!isTreeSize(oldSize) || !isTreeSize(newSize) || oldSize > newSize) return false
  if (oldSize === 0) return proof.length === 0 && equal(oldRoot, sha256(new Uint8Array()))
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot)
  return proof.length > 0 && growsFrom(claim, nodeHash)
}

/** 0 < oldSize < newSize: climbs once and rebuilds both roots from the same hashes. */
function growsFrom(
  { oldSize, newSize, proof, oldRoot, newRoot }: ConsistencyClaim,
  nodeHash: NodeHash,
): boolean {
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  const walk = { fn: oldSize - 1, sn: newSize - 1 }
  while (walk.fn % 2 === 1) halve(walk)
  let [oldHash, newHash] = [first, first]
  for (const hash of rest) {
    if (walk.sn === 0) return false
    if (climb(walk) === 'from-right') {
      oldHash = nodeHash(hash, oldHash)
      newHash = nodeHash(hash, newHash)
    } else {
      newHash = nodeHash(newHash, hash)
    }
  }
  return walk.sn === 0 && equal(oldHash, oldRoot) && equal(newHash, newRoot)
}

interface Walk {
  fn: number
  sn: number
}

/** One proof step: tells on which side the node stands and moves to its parent. */
function climb(walk: Walk): 'from-left' | 'from-right' {
  const fromRight = walk.fn % 2 === 1 || walk.fn === walk.sn
  if (fromRight) while (walk.fn % 2 === 0 && walk.fn !== 0) halve(walk)
  halve(walk)
  return fromRight ? 'from-right' : 'from-left'
}

function halve(walk: Walk): void {
  walk.fn = Math.floor(walk.fn / 2)
  walk.sn = Math.floor(walk.sn / 2)
}

function isTreeSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isPowerOfTwo(value: number): boolean {
  return value === 1 || splitPoint(value) * 2 === value
}
