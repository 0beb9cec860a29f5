import { createFrontier } from '../../verify/index.ts'
import { merkle } from '../tree.ts'

/** Where a run stands: enough to add an event to it, or to seal it, without reading its entries. */
export interface RunHead {
  readonly run: string
  /** Index of the run's last entry. */
  readonly last: number
  /** How many entries it has. */
  readonly count: number
  readonly sealed: boolean
  /** Right edge of the Merkle tree (RFC 6962) over the run's entries. */
  readonly edge: readonly Uint8Array[]
}

/** The head after one more entry; `before` is undefined for the run's first. */
export function nextHead(
  before: RunHead | undefined,
  entry: {
    readonly run: string
    readonly index: number
    readonly leafHash: Uint8Array
    readonly seals: boolean
  },
): RunHead {
  const tree = treeOf(before)
  tree.append(entry.leafHash)
  const { size: count, hashes: edge } = tree.edge()
  return { run: entry.run, last: entry.index, count, sealed: entry.seals, edge }
}

/** Merkle root over the run's entries so far, in hex. */
export function runRootHex(head: RunHead | undefined): string {
  return Buffer.from(treeOf(head).root()).toString('hex')
}

function treeOf(head: RunHead | undefined) {
  return createFrontier(merkle, { size: head?.count ?? 0, hashes: head?.edge ?? [] })
}
