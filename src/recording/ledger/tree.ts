import { nodeCrypto } from '../node-crypto/index.ts'
import { createFrontier, createMerkle, type Edge, type Frontier } from '../verify/index.ts'

/** The ledger's tree: RFC 6962 with SHA-256. */
export const merkle = createMerkle(nodeCrypto.sha256)

/** Entries are grouped by 256 so that a proof reads at most one group of leaf hashes per level. */
export const GROUP_BITS = 8

/** The root of a complete group of 256^level entries, which the ledger keeps. */
export interface GroupRoot {
  readonly level: number
  readonly number: number
  readonly hash: Uint8Array
}

/** The writer's view of the tree: its right edge, and the group roots each append completes. */
export class GrowingTree {
  readonly #frontier: Frontier

  constructor(edge: Edge) {
    this.#frontier = createFrontier(merkle, edge)
  }

  get size(): number {
    return this.#frontier.size
  }

  edge(): Edge {
    return this.#frontier.edge()
  }

  append(leafHash: Uint8Array): GroupRoot[] {
    return this.#frontier
      .append(leafHash)
      .filter(({ level }) => level % GROUP_BITS === 0)
      .map(({ level, index, hash }) => ({ level: level / GROUP_BITS, number: index, hash }))
  }
}
