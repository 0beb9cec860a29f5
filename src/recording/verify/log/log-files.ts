import { decodeBundle, MAX_BUNDLE_BYTES } from './entry-bundle.ts'
import { TILE_WIDTH, type Tile, tilePath } from './tile-layout.ts'

/** How a verifier reads a published log; `path` is relative to the log's directory. What cannot be read is thrown. */
export interface LogFiles {
  /**
   * The content of a regular file of at most `maxBytes`, or why there is none. Never follows a link. May be put into
   * `memory` when it fits there, so that a reader of many files need not leave each for the garbage collector.
   */
  read(path: string, maxBytes: number, memory?: Uint8Array): Promise<Uint8Array | Unread>
  /** What is in a folder, one by one; nothing when there is no such folder. */
  list(path: string): AsyncIterable<Listed>
}

export type Unread = 'missing' | 'not-a-file' | 'too-large'

export interface Listed {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
}

/** What was found, or one sentence that names the file and what is wrong with it. */
export type Found<Value> = { readonly value: Value } | { readonly problem: string }

const HASH_BYTES = 32

/**
 * The hashes of a tile. In place of a partial one that is gone the full one is taken, as readers of a log must: it has
 * grown since.
 */
export async function readHashTile(files: LogFiles, tile: Tile): Promise<Found<Uint8Array>> {
  const path = tilePath(tile)
  const expected = tile.width * HASH_BYTES
  const bytes = await files.read(path, expected)
  if (bytes === 'missing' && tile.width < TILE_WIDTH) {
    const full = await readHashTile(files, { ...tile, width: TILE_WIDTH })
    return 'value' in full ? { value: full.value.subarray(0, expected) } : { problem: `${path} is missing` }
  }
  if (typeof bytes === 'string') return { problem: unreadSentence(path, bytes) }
  if (bytes.length === expected) return { value: bytes }
  return { problem: `${path} has ${bytes.length} bytes instead of ${expected}` }
}

/** The entries of a bundle; the full one serves in place of a partial one that is gone. */
export async function readBundle(
  files: LogFiles,
  { number, width }: { readonly number: number; readonly width: number },
  memory?: Uint8Array,
): Promise<Found<readonly Uint8Array[]>> {
  const path = tilePath({ level: 'entries', number, width })
  const bytes = await files.read(path, MAX_BUNDLE_BYTES, memory)
  if (bytes === 'missing' && width < TILE_WIDTH) {
    const full = await readBundle(files, { number, width: TILE_WIDTH }, memory)
    return 'value' in full ? { value: full.value.slice(0, width) } : { problem: `${path} is missing` }
  }
  if (typeof bytes === 'string') return { problem: unreadSentence(path, bytes) }
  const entries = decodeBundle(bytes, width)
  return entries === undefined
    ? { problem: `${path} does not hold exactly ${width} entries` }
    : { value: entries }
}

export function unreadSentence(path: string, why: Unread): string {
  return `${path} ${UNREAD[why]}`
}

const UNREAD: Readonly<Record<Unread, string>> = {
  missing: 'is missing',
  'not-a-file': 'is not a regular file',
  'too-large': 'is larger than it can be',
}
