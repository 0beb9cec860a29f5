import { isFailure } from '../../kernel/index.ts'
import { objectAt, parseEvent, type RecordedEvent, stringsAt } from '../record/index.ts'
import type { PartFiles } from './part-files.ts'
import type { PartName, PartRow } from './store.ts'

/** Entries of the ledger as they are stored. */
export interface EntrySource {
  /** In order, at most `limit` of them. */
  entriesFrom(index: number, limit: number): Promise<readonly StoredBytes[]>
  entry(index: number): Promise<StoredBytes | undefined>
}

interface StoredBytes {
  readonly index: number
  readonly body: Uint8Array
}

/** A part that an event commits to, and that is neither whole nor erased by an entry that says so. */
export interface BrokenPart extends PartName {
  readonly problem: 'missing' | 'damaged'
}

export interface PartsCheck {
  readonly parts: number
  readonly broken: readonly BrokenPart[]
  /** The entry to go on from; absent at the end. */
  readonly next?: number
}

interface CheckDeps {
  readonly entries: EntrySource
  readonly files: PartFiles
  rowsOf(events: readonly string[]): AsyncIterable<PartRow>
  /** Reads a part to its end; throws `vault.*` when that fails. Absent: only looks whether it is there. */
  readonly read?: ((row: PartRow) => Promise<void>) | undefined
}

/** Holds the parts of one page of entries against the vault. */
export async function checkParts(
  deps: CheckDeps,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<PartsCheck> {
  const page = await deps.entries.entriesFrom(from, limit)
  const last = page.at(-1)
  const events = page.flatMap(({ body }) => parseEvent(Buffer.from(body).toString()) ?? [])
  const committing = events.filter(({ parts }) => parts !== undefined)
  const rows = new Map<string, PartRow>()
  for await (const row of deps.rowsOf(committing.map(({ id }) => id)))
    rows.set(`${row.event}/${row.name}`, row)
  const erasures = new Map<number, RecordedEvent | undefined>()
  const broken: BrokenPart[] = []
  let parts = 0
  for (const event of committing) {
    for (const name of Object.keys(event.parts ?? {})) {
      parts++
      const row = rows.get(`${event.id}/${name}`)
      const problem = await problemOf({ ...deps, erasures }, { event, name }, row)
      if (problem !== undefined) broken.push({ event: event.id, name, problem })
    }
  }
  return { parts, broken, ...(last === undefined ? {} : { next: last.index + 1 }) }
}

interface Committed {
  readonly event: RecordedEvent
  readonly name: string
}

async function problemOf(
  deps: CheckDeps & { readonly erasures: Map<number, RecordedEvent | undefined> },
  part: Committed,
  row: PartRow | undefined,
): Promise<BrokenPart['problem'] | undefined> {
  if (row === undefined) return 'missing'
  if (row.erased_by !== null) return (await isErased(deps, part, row.erased_by)) ? undefined : 'missing'
  if (Buffer.from(row.commitment).toString('hex') !== part.event.parts?.[part.name]?.commitment)
    return 'damaged'
  const isThere = row.file === null ? row.sealed !== null : await deps.files.has(row.file)
  if (!isThere || row.wrapped_key === null) return 'missing'
  return deps.read === undefined ? undefined : readProblem(() => deps.read?.(row))
}

/** The row alone proves nothing: the entry it names must have erased this part. */
async function isErased(
  { entries, erasures }: Parameters<typeof problemOf>[0],
  { event, name }: Committed,
  index: number,
): Promise<boolean> {
  if (!erasures.has(index)) {
    const entry = await entries.entry(index)
    erasures.set(index, entry && parseEvent(Buffer.from(entry.body).toString()))
  }
  const erasure = erasures.get(index)
  if (erasure?.kind !== 'part.erased') return false
  const isOfRun = event.run !== undefined && stringsAt(erasure.data, 'runs').includes(event.run)
  return isOfRun || stringsAt(objectAt(erasure.data, 'parts'), event.id).includes(name)
}

async function readProblem(
  read: () => Promise<void> | undefined,
): Promise<BrokenPart['problem'] | undefined> {
  try {
    await read()
    return undefined
  } catch (error) {
    if (isFailure(error, 'vault.part-missing')) return 'missing'
    if (isFailure(error, 'vault.part-damaged')) return 'damaged'
    throw error
  }
}
