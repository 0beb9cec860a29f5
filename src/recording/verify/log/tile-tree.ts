import { createFrontier } from '../frontier.ts'
import type { Merkle } from '../merkle.ts'
import { TILE_WIDTH } from './tile-layout.ts'

type TreeHashing = Pick<Merkle, 'nodeHash' | 'rootOfHashes'>

/** A hash tile with what it holds: at least one hash and at most 256. */
export interface HashTile {
  readonly level: number
  readonly number: number
  readonly hashes: readonly Uint8Array[]
}

/**
 * A log's tree as it grows, cut into tiles. It keeps the tile that is being filled at each level and nothing else, so it
 * takes the same memory for a million entries as for a thousand.
 */
export class TileTree {
  readonly #merkle: TreeHashing
  readonly #open: Uint8Array[][]
  #size: number

  /** Starts empty, or with the partial tiles of a log of `size` entries, one list of hashes per level. */
  constructor(merkle: TreeHashing, from: { size: number; open: readonly (readonly Uint8Array[])[] } = EMPTY) {
    this.#merkle = merkle
    this.#size = from.size
    this.#open = from.open.map((hashes) => [...hashes])
  }

  get size(): number {
    return this.#size
  }

  /** A tree that goes on from here by itself. */
  copy(): TileTree {
    return new TileTree(this.#merkle, { size: this.#size, open: this.#open })
  }

  /** Adds one leaf; gives the tiles it filled, lowest level first. */
  append(leafHash: Uint8Array): readonly HashTile[] {
    const index = this.#size++
    let filled: HashTile[] | undefined
    let hash = leafHash
    for (let level = 0; ; level++) {
      const hashes = this.#level(level)
      hashes.push(hash)
      if (hashes.length < TILE_WIDTH) return filled ?? NONE
      filled ??= []
      filled.push({ level, number: Math.floor(index / TILE_WIDTH ** (level + 1)), hashes })
      this.#open[level] = []
      hash = this.#merkle.rootOfHashes(hashes)
    }
  }

  /** The tiles that are not full, lowest level first; those without a hash do not exist. */
  partials(): readonly HashTile[] {
    return this.#open.flatMap((hashes, level) => {
      const number = Math.floor(this.#size / TILE_WIDTH ** (level + 1))
      return hashes.length === 0 ? [] : [{ level, number, hashes: [...hashes] }]
    })
  }

  /** Root over everything appended so far. */
  root(): Uint8Array {
    const hashes = this.#open.toReversed().flatMap((tile) => this.#perfectSubtrees(tile))
    return createFrontier(this.#merkle, { size: this.#size, hashes }).root()
  }

  #level(level: number): Uint8Array[] {
    const present = this.#open[level]
    if (present !== undefined) return present
    const made: Uint8Array[] = []
    this.#open[level] = made
    return made
  }

  /** Roots of the largest perfect subtrees side by side, one per 1-bit of the number of hashes. */
  #perfectSubtrees(hashes: readonly Uint8Array[]): Uint8Array[] {
    const roots: Uint8Array[] = []
    let start = 0
    for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
      if ((hashes.length & width) === 0) continue
      roots.push(this.#merkle.rootOfHashes(hashes.slice(start, start + width)))
      start += width
    }
    return roots
  }
}

const EMPTY = { size: 0, open: [] }
const NONE: readonly HashTile[] = []
