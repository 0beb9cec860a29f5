import { type DatabasePlace, openDatabase } from './database.ts'
import { inOneTransaction, inSnapshot, type Maintenance, type TableRow } from './maintenance.ts'
import { MIGRATIONS } from './migrations.ts'

/**
 * Copies every row of every table, as of one moment, into a database that has none yet, which may be of the other
 * engine. When it fails, nothing is there. The server of the source may go on.
 */
export async function copyDatabaseRows(from: DatabasePlace, to: DatabasePlace): Promise<void> {
  await (await openDatabase(to)).close()
  await inSnapshot(from, (source) =>
    inOneTransaction(to, async (target) => {
      for (const table of TABLES) await copyTable(source, target, table)
      return { keep: true, value: undefined }
    }),
  )
}

/** In the order they were made, so that what refers to a row comes after it. */
const TABLES = MIGRATIONS.flatMap(({ statements }) =>
  [...statements.matchAll(/CREATE TABLE (\w+)/g)].map(([, name = '']) => name),
)

async function copyTable(source: Maintenance, target: Maintenance, table: string): Promise<void> {
  // The schema brings rows of its own.
  await target.run(`DELETE FROM "${table}"`)
  for await (const page of source.pages(table)) await insert(target, table, page)
}

async function insert(target: Maintenance, table: string, rows: readonly TableRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  if (columns.length === 0) return
  const names = columns.map((column) => `"${column}"`).join(', ')
  const row = `(${columns.map(() => '?').join(', ')})`
  const values = rows.flatMap((one) => columns.map((column) => one[column]))
  await target.run(`INSERT INTO "${table}" (${names}) VALUES ${rows.map(() => row).join(', ')}`, values)
}
