import { nodeCrypto } from '../node-crypto/index.ts'
import {
  consistencyPath,
  createFrontier,
  createMerkle,
  type Frontier,
  inclusionPath,
  rangeHash,
} from '../verify/index.ts'
import type { EntryStore } from './store.ts'

/** The ledger's tree: RFC 6962 with SHA-256. */
export const merkle = createMerkle(nodeCrypto.sha256)

/** Entries are grouped by 256 so that a proof reads at most one group of leaf hashes per level. */
const GROUP_BITS = 8

/** The root of a complete group of 256^level entries, which the ledger keeps. */
export interface GroupRoot {
  readonly level: number
  readonly number: number
  readonly hash: Uint8Array
}

/** The writer's view of the tree: its right edge, and the group roots each append completes. */
export class GrowingTree {
  readonly #frontier: Frontier

  private constructor(frontier: Frontier) {
    this.#frontier = frontier
  }

  /** The tree over what is stored. */
  static load(store: EntryStore): GrowingTree {
    const size = store.size()
    const subtree = storedSubtree(store)
    const hashes: Uint8Array[] = []
    let start = 0
    for (let level = Math.floor(Math.log2(Math.max(size, 1))); level >= 0; level--) {
      const width = 2 ** level
      if (Math.floor(size / width) % 2 === 0) continue
      hashes.push(subtree(level, start / width))
      start += width
    }
    return new GrowingTree(createFrontier(merkle, { size, hashes }))
  }

  get size(): number {
    return this.#frontier.size
  }

  append(leafHash: Uint8Array): GroupRoot[] {
    return this.#frontier
      .append(leafHash)
      .filter(({ level }) => level % GROUP_BITS === 0)
      .map(({ level, index, hash }) => ({ level: level / GROUP_BITS, number: index, hash }))
  }
}

/** Root over the first `size` stored entries. */
export function rootAt(store: EntryStore, size: number): Uint8Array {
  if (size === 0) return merkle.rootOfHashes([])
  return rangeHash({ lo: 0, hi: size }, storedSubtree(store), merkle.nodeHash)
}

/** The inclusion proof of entry `index` in the tree of the first `size` entries, leaf's sibling first. */
export function inclusionProofAt(store: EntryStore, index: number, size: number): Uint8Array[] {
  const subtree = storedSubtree(store)
  return inclusionPath(index, size, (lo, hi) => rangeHash({ lo, hi }, subtree, merkle.nodeHash))
}

/** The proof that the first `oldSize` entries (at least 1) are the beginning of the first `newSize`. */
export function consistencyProofAt(store: EntryStore, oldSize: number, newSize: number): Uint8Array[] {
  const subtree = storedSubtree(store)
  return consistencyPath(oldSize, newSize, (lo, hi) => rangeHash({ lo, hi }, subtree, merkle.nodeHash))
}

/** Root over leaf hashes of one run. */
export function rootOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  return merkle.rootOfHashes(hashes)
}

/** Root of the perfect subtree of 2^level entries, from the nearest stored hashes below it. */
function storedSubtree(store: EntryStore): (level: number, index: number) => Uint8Array {
  return (level, index) => {
    const groupLevel = Math.floor(level / GROUP_BITS)
    const count = 2 ** (level % GROUP_BITS)
    const hashes = storedHashes(store, groupLevel, { from: index * count, to: (index + 1) * count })
    if (hashes.length !== count)
      throw new Error(`the tree lacks hashes at level ${groupLevel} from ${index * count}`)
    return merkle.rootOfHashes(hashes)
  }
}

function storedHashes(
  store: EntryStore,
  groupLevel: number,
  range: { readonly from: number; readonly to: number },
): Uint8Array[] {
  return groupLevel === 0
    ? store.leafHashes(range.from, range.to)
    : store.subtrees(groupLevel, range.from, range.to)
}
