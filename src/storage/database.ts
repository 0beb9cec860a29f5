import { whileUndamaged } from './damaged-database.ts'
import { migrate } from './migrate-sqlite.ts'
import { migratePostgres } from './postgres/migrate.ts'
import { createPostgresReader } from './postgres/reader.ts'
import { withoutPassword } from './postgres/settings.ts'
import { createReader, type Reader } from './query.ts'
import { openReader, openWriter } from './sqlite.ts'

/** Where a ledger and all of Custody's tables are. */
export type DatabasePlace =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string }

/** A database that is open for reading; writing is the ledger's alone. */
export interface Database {
  readonly place: DatabasePlace
  /** Queries over some of the tables; what is committed is seen at once. */
  reader<Tables>(): Reader<Tables>
  close(): Promise<void>
}

/** Brings the schema up to this version, and opens. Throws `storage.database-*`. */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  if (place.engine === 'sqlite') migrateFile(place.path)
  else await migratePostgres(place.url)
  return readDatabase(place)
}

/** Opens a database as it is. */
export async function readDatabase(place: DatabasePlace): Promise<Database> {
  return place.engine === 'sqlite' ? readFile(place) : readServer(place)
}

function readFile(place: Extract<DatabasePlace, { engine: 'sqlite' }>): Database {
  const database = whileUndamaged(place.path, () => openReader(place.path))
  const reader = createReader<unknown>(database)
  return {
    place,
    reader: <Tables>() => reader as Reader<Tables>,
    close: async () => {
      if (database.isOpen) database.close()
    },
  }
}

function readServer(place: Extract<DatabasePlace, { engine: 'postgres' }>): Database {
  const reader = createPostgresReader(place.url)
  return { place, reader: <Tables>() => reader as Reader<Tables>, close: () => reader.destroy() }
}

/** A place in words, without the password. */
export function describePlace(place: DatabasePlace): string {
  return place.engine === 'sqlite' ? `SQLite, ${place.path}` : `PostgreSQL, ${withoutPassword(place.url)}`
}

function migrateFile(path: string): void {
  whileUndamaged(path, () => {
    const database = openWriter(path)
    try {
      migrate(database)
    } finally {
      database.close()
    }
  })
}
