import { type KeyEntry, readKeyEntry } from '../../verify/index.ts'
import type { StoredEntry } from '../entry-reader.ts'

/** Where entries of a kind come from. */
export interface KeyEntries {
  entriesOfKind(kind: string): Promise<readonly StoredEntry[]>
}

/** Everything the ledger says about keys, in its order. */
export async function readKeyHistory(entries: KeyEntries): Promise<KeyEntry[]> {
  const kinds = await Promise.all(['key.added', 'key.revoked'].map((kind) => entries.entriesOfKind(kind)))
  return kinds
    .flat()
    .flatMap(({ index, body }) => readKeyEntry(index, body) ?? [])
    .sort((a, b) => a.index - b.index)
}
