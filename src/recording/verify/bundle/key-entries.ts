import { type KeyEntry, readKeyEntry } from '../key-history.ts'
import type { BundleContents } from './contents.ts'
import { keyChangeOfPath, keyPaths } from './paths.ts'
import { provenIndex } from './proven-index.ts'

/** What the bundle proves that the log says about keys, in the log's order. */
export interface ProvenKeyEntries {
  readonly entries: readonly KeyEntry[]
  /** Each names a file whose place in the log is not proven, or that says nothing about a key. */
  readonly problems: readonly string[]
}

/** Reads the entries about keys, as far as each is proven to be under the bundle's checkpoint. */
export function provenKeyEntries(contents: BundleContents): ProvenKeyEntries {
  const places = [
    ...contents.keys.map(({ id }) => keyPaths(id)),
    ...[...contents.files.keys()].flatMap((path) => keyChangeOfPath(path) ?? []).slice(0, MAX_CHANGES),
  ]
  const found = places.map((place) => ({ place, entry: readProven(contents, place) }))
  const entries = found.flatMap(({ entry }) => entry ?? [])
  return {
    entries: entries.sort((a, b) => a.index - b.index),
    problems: found
      .filter(({ entry }) => entry === undefined)
      .map(({ place }) => `${place.entry} is not proven to be in the log as an entry about a key.`),
  }
}

/** Far more than a log sees in a lifetime. */
const MAX_CHANGES = 200

function readProven(
  contents: BundleContents,
  { entry: path, proof }: { readonly entry: string; readonly proof: string },
): KeyEntry | undefined {
  const entry = contents.files.get(path)
  const index = entry && provenIndex(contents, entry, proof)
  const read = entry === undefined || index === undefined ? undefined : readKeyEntry(index, entry)
  // The name of the file says what it must be about, so that nothing stands under another key's name.
  return read !== undefined && path === pathOf(read) ? read : undefined
}

function pathOf({ change, use, key }: KeyEntry): string {
  if (change === 'revoked') return `keys/revoked-${key}.entry.json`
  return use === 'log' ? `keys/log-${key}.entry.json` : keyPaths(key).entry
}
