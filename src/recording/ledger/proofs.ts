import { consistencyPath, inclusionPath, rangeHash } from '../verify/index.ts'
import type { EntryReader } from './entry-reader.ts'
import { GROUP_BITS, merkle } from './tree.ts'

/** Root over the first `size` stored entries. */
export async function rootAt(reader: EntryReader, size: number): Promise<Uint8Array> {
  if (size === 0) return merkle.rootOfHashes([])
  return overStored(reader, (hash) => hash(0, size))
}

/** The inclusion proof of entry `index` in the tree of the first `size` entries, leaf's sibling first. */
export function inclusionProofAt(reader: EntryReader, index: number, size: number): Promise<Uint8Array[]> {
  return overStored(reader, (hash) => inclusionPath(index, size, hash))
}

/** The proof that the first `oldSize` entries (at least 1) are the beginning of the first `newSize`. */
export function consistencyProofAt(
  reader: EntryReader,
  oldSize: number,
  newSize: number,
): Promise<Uint8Array[]> {
  return overStored(reader, (hash) => consistencyPath(oldSize, newSize, hash))
}

type Subtree = (level: number, index: number) => Uint8Array

/**
 * Does a calculation over hashes that are stored. It runs twice: once to learn which perfect subtrees it asks for, and
 * again when they have been read.
 */
async function overStored<Value>(
  reader: EntryReader,
  calculate: (hash: (lo: number, hi: number) => Uint8Array) => Value,
): Promise<Value> {
  const over = (subtree: Subtree) => calculate((lo, hi) => rangeHash({ lo, hi }, subtree, merkle.nodeHash))
  const asked = new Map<string, readonly [level: number, index: number]>()
  over((level, index) => {
    asked.set(`${level}/${index}`, [level, index])
    return NOTHING
  })
  const roots = new Map<string, Uint8Array>()
  for (const [name, [level, index]] of asked) roots.set(name, await storedRoot(reader, level, index))
  return over((level, index) => roots.get(`${level}/${index}`) ?? NOTHING)
}

const NOTHING = new Uint8Array(32)

/** Root of the perfect subtree of 2^level entries, from the nearest stored hashes below it. */
async function storedRoot(reader: EntryReader, level: number, index: number): Promise<Uint8Array> {
  const groupLevel = Math.floor(level / GROUP_BITS)
  const count = 2 ** (level % GROUP_BITS)
  const [from, to] = [index * count, (index + 1) * count]
  const hashes =
    groupLevel === 0 ? await reader.leafHashes(from, to) : await reader.subtrees(groupLevel, from, to)
  if (hashes.length === count) return merkle.rootOfHashes(hashes)
  throw new Error(`the tree lacks hashes at level ${groupLevel} from ${from}`)
}
