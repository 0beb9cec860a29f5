import { equal } from '../encoding.ts'
import { type KeyEntry, readKeyEntry } from '../key-history.ts'
import type { Merkle } from '../merkle.ts'
import { type LogFiles, readBundle, readHashTile } from './log-files.ts'
import { TILE_WIDTH, tilePath } from './tile-layout.ts'
import { type HashTile, TileTree } from './tile-tree.ts'

export interface EntryWalk {
  /** Root over all entries; absent when they could not all be read. */
  readonly root?: Uint8Array
  /** Roots over the first entries, for those of the sizes asked for that were reached. */
  readonly roots: ReadonlyMap<number, Uint8Array>
  /** What the entries say about keys, in order. */
  readonly keys: readonly KeyEntry[]
  /** Each names a file. */
  readonly problems: readonly string[]
}

/** Enough to see what is wrong; a hostile directory can be wrong in a million places. */
export const MAX_PROBLEMS = 50

/** A key lasts for months; a hostile log could name a million, and every checkpoint is held against them. */
const MAX_KEY_ENTRIES = 1000

/** Takes bundles of entries up to 4 KiB on average. */
const MEMORY_BYTES = 1 << 20

/**
 * Reads every entry of a log of `size` once and computes every tile and the root from them. Holds one bundle and the right
 * edge in memory. Ends at the first bundle it cannot read: what follows has no place in a tree.
 */
export async function walkEntries(
  files: LogFiles,
  merkle: Merkle,
  { size, rootsAt }: { readonly size: number; readonly rootsAt: readonly number[] },
): Promise<EntryWalk> {
  const tree = new TileTree(merkle)
  const roots = new Map<number, Uint8Array>()
  const keys: KeyEntry[] = []
  const problems: string[] = []
  const memory = new Uint8Array(MEMORY_BYTES)
  const note = () => {
    if (rootsAt.includes(tree.size)) roots.set(tree.size, tree.root())
  }
  note()
  for (let number = 0; tree.size < size; number++) {
    const width = Math.min(TILE_WIDTH, size - tree.size)
    const bundle = await readBundle(files, { number, width }, memory)
    if ('problem' in bundle) return { roots, keys, problems: [...problems, bundle.problem] }
    const filled: HashTile[] = []
    for (const entry of bundle.value) {
      const key = keys.length < MAX_KEY_ENTRIES ? readKeyEntry(tree.size, entry) : undefined
      if (key !== undefined) keys.push(key)
      filled.push(...tree.append(merkle.leafHash(entry)))
      note()
    }
    await checkTiles(files, filled, problems)
  }
  await checkTiles(files, tree.partials(), problems)
  return { root: tree.root(), roots, keys, problems }
}

async function checkTiles(files: LogFiles, tiles: readonly HashTile[], problems: string[]): Promise<void> {
  for (const tile of tiles) {
    const problem = await tileProblem(files, tile)
    if (problem !== undefined && problems.length < MAX_PROBLEMS) problems.push(problem)
  }
}

async function tileProblem(
  files: LogFiles,
  { level, number, hashes }: HashTile,
): Promise<string | undefined> {
  const tile = { level, number, width: hashes.length }
  const found = await readHashTile(files, tile)
  if ('problem' in found) return found.problem
  const wrong = hashes.findIndex((hash, i) => !equal(hash, found.value.subarray(i * 32, (i + 1) * 32)))
  return wrong < 0 ? undefined : `${tilePath(tile)}: hash ${wrong} is not the one its entries give`
}
