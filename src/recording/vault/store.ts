import { createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'

interface PartsTable {
  readonly event: string
  readonly name: string
  readonly run: string | null
  /** Keyed digest of the body: finds a body of the same run again, tells nothing to anybody without the vault key. */
  readonly digest: Uint8Array
  readonly type: string
  readonly bytes: number
  readonly commitment: string
  readonly wrapped_key: Uint8Array
  /** Small parts; a large one stands in `file`. */
  readonly sealed: Uint8Array | null
  readonly file: string | null
}

export interface VaultTables {
  readonly parts: PartsTable
}

export type PartRow = PartsTable

const statements = createStatements<VaultTables>()

export function insertPart(row: PartRow): Write {
  return toWrite(statements.insertInto('parts').values(row))
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

/** The keyed digests and names of a run's pieces, to find the same body again after a restart. */
export function piecesOfRun(
  db: Reader<VaultTables>,
  run: string,
): Promise<{ digest: Uint8Array; name: string }[]> {
  return db
    .selectFrom('parts')
    .select(['digest', 'name'])
    .where('run', '=', run)
    .where('name', 'like', 'p%')
    .orderBy('digest')
    .execute()
}

/** Bytes of the vault that one run takes, as stored. */
export async function storedBytesOfRun(
  db: Reader<VaultTables>,
  run: string,
): Promise<{ parts: number; bytes: number }> {
  const row = await db
    .selectFrom('parts')
    .select((eb) => [
      eb.fn.countAll<number>().as('parts'),
      eb.fn.coalesce(eb.fn.sum<number>(eb.fn<number>('length', ['sealed'])), eb.lit(0)).as('bytes'),
    ])
    .where('run', '=', run)
    .executeTakeFirstOrThrow()
  return { parts: row.parts, bytes: row.bytes }
}
