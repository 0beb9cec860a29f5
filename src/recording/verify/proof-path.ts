import { type NodeHash, splitPoint } from './merkle.ts'

/** Gives the Merkle tree hash of the leaves `lo` (included) to `hi` (excluded). */
export type RangeHash = (lo: number, hi: number) => Uint8Array

/** The inclusion proof of leaf `index` in the tree of `size` leaves, leaf's sibling first (RFC 9162 §2.1.3.1). */
export function inclusionPath(index: number, size: number, hash: RangeHash): Uint8Array[] {
  const path: Uint8Array[] = []
  let [lo, hi] = [0, size]
  while (hi - lo > 1) {
    const middle = lo + splitPoint(hi - lo)
    if (index < middle) {
      path.unshift(hash(middle, hi))
      hi = middle
    } else {
      path.unshift(hash(lo, middle))
      lo = middle
    }
  }
  return path
}

/** The proof that the tree of `oldSize` leaves (≥ 1) is a prefix of that of `newSize` (RFC 9162 §2.1.4.1). */
export function consistencyPath(oldSize: number, newSize: number, hash: RangeHash): Uint8Array[] {
  const path: Uint8Array[] = []
  let [lo, hi] = [0, newSize]
  while (hi !== oldSize) {
    const middle = lo + splitPoint(hi - lo)
    if (oldSize <= middle) {
      path.unshift(hash(middle, hi))
      hi = middle
    } else {
      path.unshift(hash(lo, middle))
      lo = middle
    }
  }
  // The verifier knows the old root, so only a proper subtree of the old tree needs naming.
  return lo === 0 ? path : [hash(lo, hi), ...path]
}

/**
 * The tree hash of any range that proofs ask for, out of perfect subtrees: `subtree(level, index)` is the root of the
 * 2^level leaves from `index * 2^level`. `lo` must be a multiple of the largest power of two not above `hi - lo`.
 */
export function rangeHash(
  range: { readonly lo: number; readonly hi: number },
  subtree: (level: number, index: number) => Uint8Array,
  nodeHash: NodeHash,
): Uint8Array {
  const { lo, hi } = range
  const level = Math.log2(hi - lo)
  if (Number.isInteger(level)) return subtree(level, lo / (hi - lo))
  const middle = lo + splitPoint(hi - lo)
  return nodeHash(
    rangeHash({ lo, hi: middle }, subtree, nodeHash),
    rangeHash({ lo: middle, hi }, subtree, nodeHash),
  )
}
