import type { EntryReader, StoredEntry } from './entry-reader.ts'

/**
 * The first entry of a page that does not name the one before it in its run; undefined when all do. A run is read along
 * these links, and no hash covers them.
 */
export async function brokenLink(
  entries: EntryReader,
  page: readonly StoredEntry[],
): Promise<number | undefined> {
  const known = new Map(page.map((entry) => [entry.index, entry]))
  const named = page.map(({ previous }) => previous).filter((index) => index !== undefined)
  for (const entry of await entries.entriesAt(named.filter((index) => !known.has(index)))) {
    known.set(entry.index, entry)
  }
  return page.find((entry) => !follows(entry, known))?.index
}

function follows(
  { index, run, seq, previous }: StoredEntry,
  known: ReadonlyMap<number, StoredEntry>,
): boolean {
  if (run === undefined || seq === 0) return previous === undefined
  const before = known.get(previous ?? index)
  return before !== undefined && before.index < index && before.run === run && before.seq === (seq ?? 0) - 1
}
