import { compileOnce, createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'
import type { KeyGroup } from './keeping.ts'

interface PartsTable {
  readonly event: string
  readonly name: string
  readonly run: string | null
  /** Of a piece, its keyed digest: finds the same body of the run again, tells nothing without the key. */
  readonly digest: Uint8Array | null
  readonly type: string
  readonly bytes: number
  readonly commitment: Uint8Array
  /** Id of the key that wraps the next. */
  readonly vault_key: string
  readonly wrapped_key: Uint8Array | null
  /** Small parts; a large one stands in `file`. */
  readonly sealed: Uint8Array | null
  readonly file: string | null
  /** How many bytes its row or file takes; 0 once erased. */
  readonly stored: number
  /** Index of the entry that erased it. */
  readonly erased_by: number | null
}

interface VaultKeysTable {
  readonly id: string
  readonly class: string
  readonly period: string
  readonly wrapped: Uint8Array | null
  /** Index of the entry that destroyed it. */
  readonly destroyed_by: number | null
}

export interface VaultTables {
  readonly parts: PartsTable
  readonly vault_keys: VaultKeysTable
}

export type PartRow = PartsTable
export type NewPart = Omit<PartsTable, 'erased_by'>

const statements = createStatements<VaultTables>()

export const insertPart = compileOnce<NewPart>(
  [
    'event',
    'name',
    'run',
    'digest',
    'type',
    'bytes',
    'commitment',
    'vault_key',
    'wrapped_key',
    'sealed',
    'file',
    'stored',
  ],
  (row) => statements.insertInto('parts').values(row),
)

/** Nothing happens when the group has a key already. */
export function insertVaultKey(key: Omit<VaultKeysTable, 'destroyed_by'>): Write {
  return toWrite(
    statements
      .insertInto('vault_keys')
      .values({ ...key, destroyed_by: null })
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function destroyVaultKey(id: string, entry: number): Write {
  return toWrite(
    statements.updateTable('vault_keys').set({ wrapped: null, destroyed_by: entry }).where('id', '=', id),
  )
}

/** Destroys the secrets of every part of a run that is still there. */
export function erasePartsOfRun(run: string, entry: number): Write {
  return toWrite(
    statements.updateTable('parts').set(erased(entry)).where('run', '=', run).where('erased_by', 'is', null),
  )
}

/** Destroys the secrets of one part. */
export function erasePart({ event, name }: PartName, entry: number): Write {
  return toWrite(
    statements
      .updateTable('parts')
      .set(erased(entry))
      .where('event', '=', event)
      .where('name', '=', name)
      .where('erased_by', 'is', null),
  )
}

export interface PartName {
  readonly event: string
  readonly name: string
}

function erased(entry: number) {
  return { erased_by: entry, wrapped_key: null, sealed: null, digest: null, stored: 0 }
}

/** Notes that the file of an erased part is gone. */
export function forgetFile(file: string): Write {
  return toWrite(
    statements
      .updateTable('parts')
      .set({ file: null })
      .where('file', '=', file)
      .where('erased_by', 'is not', null),
  )
}

/** Part rows of some events, by event and name. */
export function partsOfEvents(db: Reader<VaultTables>, events: readonly string[]): Promise<PartRow[]> {
  return db
    .selectFrom('parts')
    .selectAll()
    .where('event', 'in', events)
    .orderBy('event')
    .orderBy('name')
    .execute()
}

export function partByName(db: Reader<VaultTables>, { event, name }: PartName): Promise<PartRow | undefined> {
  return db
    .selectFrom('parts')
    .selectAll()
    .where('event', '=', event)
    .where('name', '=', name)
    .executeTakeFirst()
}

/** The keyed digests and names of a run's pieces, to find the same body again after a restart. */
export async function piecesOfRun(
  db: Reader<VaultTables>,
  run: string,
): Promise<{ digest: Uint8Array; name: string }[]> {
  return db
    .selectFrom('parts')
    .select(['digest', 'name'])
    .where('run', '=', run)
    .where('digest', 'is not', null)
    .orderBy('digest')
    .$narrowType<{ digest: Uint8Array }>()
    .execute()
}

/** How many bytes the parts of these runs take, by run; one without parts that are still there is absent or 0. */
export async function storedBytesOfRuns(
  db: Reader<VaultTables>,
  runs: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (runs.length === 0) return new Map()
  const rows = await db
    .selectFrom('parts')
    .select(({ fn }) => ['run', fn.sum<number | string>('stored').as('stored')])
    .where('run', 'in', runs)
    .groupBy('run')
    .execute()
  // PostgreSQL sums to an arbitrary size and gives a text.
  return new Map(rows.map(({ run, stored }) => [run ?? '', Number(stored)]))
}

/** How many parts of these runs, and of these single ones, are still there, and their bytes before they were sealed. */
export async function keptParts(
  db: Reader<VaultTables>,
  of: { readonly runs: readonly string[] } | { readonly parts: readonly PartName[] },
): Promise<{ readonly count: number; readonly bytes: number }> {
  const kept = db
    .selectFrom('parts')
    .select(({ fn }) => [
      fn.countAll<number | string>().as('count'),
      fn.sum<number | string | null>('bytes').as('bytes'),
    ])
    .where('erased_by', 'is', null)
  const chosen =
    'runs' in of
      ? kept.where('run', 'in', of.runs)
      : kept.where(({ eb, and, or }) =>
          or(of.parts.map(({ event, name }) => and([eb('event', '=', event), eb('name', '=', name)]))),
        )
  const row = await chosen.executeTakeFirst()
  return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) }
}

/** The files of parts that stand in one, in order of event and name, after the one given. */
export function partFiles(
  db: Reader<VaultTables>,
  page: { readonly after: PartName; readonly limit: number; readonly of: 'kept' | 'erased' },
): Promise<(PartName & { file: string })[]> {
  const { after, limit, of } = page
  return db
    .selectFrom('parts')
    .select(['event', 'name', 'file'])
    .where('file', 'is not', null)
    .where('erased_by', of === 'kept' ? 'is' : 'is not', null)
    .where(({ eb, and, or }) =>
      or([eb('event', '>', after.event), and([eb('event', '=', after.event), eb('name', '>', after.name)])]),
    )
    .orderBy('event')
    .orderBy('name')
    .limit(limit)
    .$narrowType<{ file: string }>()
    .execute()
}

/** The files of every part that is still there and stands in one, below the directory of parts. */
export async function largePartFiles(db: Reader<VaultTables>): Promise<readonly string[]> {
  const files: string[] = []
  let after: PartName = { event: '', name: '' }
  for (;;) {
    const page = await partFiles(db, { after, limit: 1000, of: 'kept' })
    const last = page.at(-1)
    if (last === undefined) return files
    for (const { file } of page) files.push(file)
    after = last
  }
}

export function vaultKeyById(db: Reader<VaultTables>, id: string): Promise<VaultKeysTable | undefined> {
  return db.selectFrom('vault_keys').selectAll().where('id', '=', id).executeTakeFirst()
}

export function vaultKeyInUse(
  db: Reader<VaultTables>,
  group: KeyGroup,
): Promise<{ id: string; wrapped: Uint8Array } | undefined> {
  return db
    .selectFrom('vault_keys')
    .select(['id', 'wrapped'])
    .where('class', '=', group.class)
    .where('period', '=', group.period)
    .where('wrapped', 'is not', null)
    .$narrowType<{ wrapped: Uint8Array }>()
    .executeTakeFirst()
}

/** Keys that are there, of classes that expire, for months before this one. */
export function expiringKeys(
  db: Reader<VaultTables>,
  beforePeriod: string,
): Promise<{ id: string; class: string; period: string }[]> {
  return db
    .selectFrom('vault_keys')
    .select(['id', 'class', 'period'])
    .where('wrapped', 'is not', null)
    .where('class', '!=', 'keep')
    .where('period', '<', beforePeriod)
    .orderBy('period')
    .orderBy('class')
    .execute()
}
