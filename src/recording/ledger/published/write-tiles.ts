import { encodeBundle, type HashTile, TILE_WIDTH, type TileTree, tilePath } from '../../verify/index.ts'
import { merkle } from '../tree.ts'
import type { LogSource } from './log-source.ts'
import type { TileFiles } from './tile-files.ts'

/** How many bundles are in memory and on their way to the disk at once. */
const BUNDLES_AT_ONCE = 16

/** The source and the published log disagree about an entry that is published. */
class RewrittenEntry extends Error {
  constructor(index: number) {
    super(`entry ${index} is not the one that was published`)
  }
}

/**
 * Writes every tile and bundle by which a log grows from `tree` to `size` entries, its partial ones included, and returns
 * when they are durable. `tree` has grown afterwards.
 */
export async function writeTiles(
  { source, files }: { readonly source: LogSource; readonly files: TileFiles },
  tree: TileTree,
  size: number,
): Promise<void> {
  while (tree.size < size) {
    const writes: Promise<void>[] = []
    try {
      while (tree.size < size && writes.length < BUNDLES_AT_ONCE) {
        const { bundle, filled } = await growByOneBundle(source, tree, size)
        writes.push(putAll(files, [bundle, ...filled.map(toFile)]))
        // It is judged below; until then its failure must not count as one that nobody handles.
        writes.at(-1)?.catch(() => undefined)
      }
    } finally {
      // Also after a failure: nothing may be on its way to the disk when the next attempt begins.
      await Promise.allSettled(writes)
    }
    await Promise.all(writes)
  }
  await putAll(files, tree.partials().map(toFile))
  await files.settle()
}

interface TileFile {
  readonly path: string
  readonly bytes: Uint8Array
}

async function growByOneBundle(
  source: LogSource,
  tree: TileTree,
  size: number,
): Promise<{ bundle: TileFile; filled: readonly HashTile[] }> {
  const number = Math.floor(tree.size / TILE_WIDTH)
  const first = number * TILE_WIDTH
  const width = Math.min(TILE_WIDTH, size - first)
  const bodies = await source.bodies(first, width)
  if (bodies.length !== width) throw new Error(`the source lacks entries from ${first} on`)
  const published = tree.partials().find(({ level }) => level === 0)?.hashes ?? []
  const filled: HashTile[] = []
  for (const [i, body] of bodies.entries()) {
    const leafHash = merkle.leafHash(body)
    const before = published[i]
    if (before === undefined) filled.push(...tree.append(leafHash))
    else if (!Buffer.from(before).equals(leafHash)) throw new RewrittenEntry(first + i)
  }
  const bundle = { path: tilePath({ level: 'entries', number, width }), bytes: encodeBundle(bodies) }
  return { bundle, filled }
}

function toFile({ level, number, hashes }: HashTile): TileFile {
  return { path: tilePath({ level, number, width: hashes.length }), bytes: Buffer.concat(hashes) }
}

async function putAll(files: TileFiles, put: readonly TileFile[]): Promise<void> {
  for (const { path, bytes } of put) await files.put(path, bytes)
}
