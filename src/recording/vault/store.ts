import { compileOnce, createStatements, type Reader } from '../../storage/index.ts'

interface PartsTable {
  readonly event: string
  readonly name: string
  readonly run: string | null
  /** Of a piece, its keyed digest: finds the same body of the run again, tells nothing without the vault key. */
  readonly digest: Uint8Array | null
  readonly type: string
  readonly bytes: number
  readonly commitment: Uint8Array
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

export const insertPart = compileOnce<PartRow>(
  ['event', 'name', 'run', 'digest', 'type', 'bytes', 'commitment', 'wrapped_key', 'sealed', 'file'],
  (row) => statements.insertInto('parts').values(row),
)

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
