import type { Merkle } from './merkle.ts'

/** A perfect subtree that an append completed: the 2^level leaves from `index * 2^level` on (level ≥ 1). */
export interface CompletedSubtree {
  readonly level: number
  readonly index: number
  readonly hash: Uint8Array
}

/** The right edge of a tree: roots of its perfect subtrees, largest (leftmost) first. One per 1-bit of `size`. */
export interface Edge {
  readonly size: number
  readonly hashes: readonly Uint8Array[]
}

/** A tree that only grows and remembers nothing but its right edge (at most 53 hashes). */
export interface Frontier {
  readonly size: number
  /** Adds one leaf; tells which perfect subtrees it completed, smallest first (level 8 = a full tile's root). */
  append(leafHash: Uint8Array): readonly CompletedSubtree[]
  /** Root over everything appended so far. */
  root(): Uint8Array
  edge(): Edge
}

/** Starts empty or from an `edge()` kept earlier; throws RangeError when that edge cannot be one of its size. */
export function createFrontier(merkle: Pick<Merkle, 'nodeHash' | 'rootOfHashes'>, from?: Edge): Frontier {
  return new RightEdge(merkle, from ?? { size: 0, hashes: [] })
}

class RightEdge implements Frontier {
  readonly #merkle: Pick<Merkle, 'nodeHash' | 'rootOfHashes'>
  readonly #hashes: Uint8Array[]
  #size: number

  constructor(merkle: Pick<Merkle, 'nodeHash' | 'rootOfHashes'>, from: Edge) {
    if (from.hashes.length !== countOnes(from.size)) {
      throw new RangeError(`A tree of ${from.size} leaves has another number of hashes at its edge.`)
    }
    this.#merkle = merkle
    this.#hashes = [...from.hashes]
    this.#size = from.size
  }

  get size(): number {
    return this.#size
  }

  append(leafHash: Uint8Array): readonly CompletedSubtree[] {
    const completed: CompletedSubtree[] = []
    let hash = leafHash
    let index = this.#size
    // Every trailing 1-bit of the old size is a subtree that the new leaf completes into one twice as large.
    for (let level = 1; index % 2 === 1; level++) {
      hash = this.#merkle.nodeHash(this.#hashes.pop() ?? leafHash, hash)
      index = (index - 1) / 2
      completed.push({ level, index, hash })
    }
    this.#hashes.push(hash)
    this.#size++
    return completed
  }

  root(): Uint8Array {
    const [last, ...larger] = [...this.#hashes].reverse()
    if (last === undefined) return this.#merkle.rootOfHashes([])
    return larger.reduce((right, left) => this.#merkle.nodeHash(left, right), last)
  }

  edge(): Edge {
    return { size: this.#size, hashes: [...this.#hashes] }
  }
}

function countOnes(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}
