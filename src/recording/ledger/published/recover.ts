import { nodeCrypto } from '../../node-crypto/index.ts'
import {
  type Checkpoint,
  type LogFiles,
  MAX_CHECKPOINT_BYTES,
  readHashTile,
  readSignedHead,
  TILE_WIDTH,
  TileTree,
  tileLevels,
  type Vkey,
} from '../../verify/index.ts'
import { contradiction } from '../contradiction.ts'
import { merkle } from '../tree.ts'
import type { LogSource } from './log-source.ts'

/** Where publishing goes on: the tree of what is visible. `size` is undefined while nothing is. */
export interface PublishedState {
  readonly size: number | undefined
  /** The text of the visible checkpoint, without its signatures. */
  readonly text?: string
  readonly tree: TileTree
}

/**
 * Holds the published log against what was signed and what is stored. Throws `ledger.contradiction`, naming which of the
 * three disagree, unless the visible checkpoint is the last signed one or an older prefix of it.
 */
export async function readPublished(files: LogFiles, source: LogSource, vkey: Vkey): Promise<PublishedState> {
  const bytes = await files.read('checkpoint', MAX_CHECKPOINT_BYTES)
  if (bytes === 'missing') return { size: undefined, tree: new TileTree(merkle) }
  const head = readSignedHead(typeof bytes === 'string' ? new Uint8Array() : bytes, {
    crypto: nodeCrypto,
    vkeys: [vkey],
    history: await source.keyHistory(),
    name: 'the published checkpoint',
  })
  const [problem] = head.problems
  if (head.checkpoint === undefined || problem !== undefined) {
    throw contradiction(problem ?? 'the published checkpoint cannot be read')
  }
  await checkAgainstSource(head.checkpoint, source)
  const text = head.note?.text ?? ''
  return { size: head.checkpoint.size, text, tree: await readRightEdge(files, head.checkpoint) }
}

async function checkAgainstSource({ size, root }: Checkpoint, source: LogSource): Promise<void> {
  const signed = source.signedSize ?? 0
  if (size > signed) {
    throw contradiction(
      `the published checkpoint covers ${size} entries, but the journal of signed checkpoints ends at ${signed}: the journal (and the database with it) was cut or is an older copy`,
    )
  }
  const stored = await source.root(size)
  if (stored !== undefined && !Buffer.from(stored).equals(root)) {
    throw contradiction(
      `the first ${size} entries of the database are not those of the published checkpoint, which this ledger's key has signed`,
    )
  }
}

/** The tiles that are not full hold everything that is needed to go on. */
async function readRightEdge(files: LogFiles, { size, root }: Checkpoint): Promise<TileTree> {
  const open: Uint8Array[][] = []
  for (const { level, full, partial } of tileLevels(size)) {
    const found =
      partial === 0
        ? { value: new Uint8Array() }
        : await readHashTile(files, { level, number: full, width: partial })
    if ('problem' in found) throw contradiction(`in the published log, ${found.problem}`)
    open.push(hashesOf(found.value))
  }
  const tree = new TileTree(merkle, { size, open })
  if (Buffer.from(tree.root()).equals(root)) return tree
  throw contradiction(
    `the tiles of the published log do not give the root of its checkpoint over ${size} entries; "custody log fsck" names the first bad file`,
  )
}

function hashesOf(tile: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (let offset = 0; offset < tile.length; offset += TILE_HASH_BYTES) {
    hashes.push(tile.slice(offset, offset + TILE_HASH_BYTES))
  }
  return hashes.slice(0, TILE_WIDTH)
}

const TILE_HASH_BYTES = 32
