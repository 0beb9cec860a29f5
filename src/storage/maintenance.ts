import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DatabasePlace } from './database.ts'
import { connectPostgres, type PostgresSession } from './postgres/connection.ts'
import { openWriter, toSqlParameters } from './sqlite.ts'

/** Statements over whole tables, with `?` for parameters on both engines. */
export interface Maintenance {
  run(sql: string, parameters?: readonly unknown[]): Promise<void>
  rows<Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
  /** The rows of a table, some at a time, in no promised order. */
  pages(table: string): AsyncIterable<readonly TableRow[]>
}

export type TableRow = Readonly<Record<string, unknown>>

const ROWS_AT_ONCE = 200

/**
 * Works on a database in one transaction, which is kept when `work` says so and otherwise leaves no trace. On SQLite
 * nobody else may write meanwhile: hold the lock of the data directory.
 */
export async function inOneTransaction<Value>(
  place: DatabasePlace,
  work: (tables: Maintenance) => Promise<{ readonly keep: boolean; readonly value: Value }>,
): Promise<Value> {
  const connection = await connect(place)
  try {
    await connection.run(place.engine === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN')
    const { keep, value } = await work(connection)
    await connection.run(keep ? 'COMMIT' : 'ROLLBACK')
    return value
  } finally {
    await connection.close()
  }
}

/** Reads a database as of one moment, while others go on writing to it. */
export async function inSnapshot<Value>(
  place: DatabasePlace,
  work: (tables: Maintenance) => Promise<Value>,
): Promise<Value> {
  const connection = await connect(place)
  try {
    await connection.run(
      place.engine === 'sqlite' ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    )
    return await work(connection)
  } finally {
    await connection.close()
  }
}

/** A transaction that is open when its connection is closed leaves no trace. */
interface Connection extends Maintenance {
  close(): Promise<void>
}

async function connect(place: DatabasePlace): Promise<Connection> {
  return place.engine === 'sqlite'
    ? overFile(openWriter(place.path))
    : overSession(await connectPostgres(place.url))
}

function overFile(database: DatabaseSync): Connection {
  const statement = (sql: string) => database.prepare(sql)
  return {
    run: async (sql, parameters = []) => {
      statement(sql).run(...toSqlParameters(parameters))
    },
    rows: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      statement(sql).all(...toSqlParameters(parameters)) as Row[],
    pages: (table) => pagesOfFile(statement(`SELECT * FROM "${table}"`)),
    close: async () => database.close(),
  }
}

function overSession(session: PostgresSession): Connection {
  return {
    run: async (sql, parameters) => {
      await session.query(sql, parameters)
    },
    rows: (sql, parameters) => session.query(sql, parameters),
    pages: (table) => pagesOfServer(session, table),
    close: () => session.close(),
  }
}

async function* pagesOfFile(statement: StatementSync): AsyncGenerator<readonly TableRow[]> {
  let page: TableRow[] = []
  for (const row of statement.iterate()) {
    page.push(row)
    if (page.length < ROWS_AT_ONCE) continue
    yield page
    page = []
  }
  yield page
}

async function* pagesOfServer(session: PostgresSession, table: string): AsyncGenerator<readonly TableRow[]> {
  await session.script(`DECLARE pages NO SCROLL CURSOR FOR SELECT * FROM "${table}"`)
  for (;;) {
    const page = await session.query<TableRow>(`FETCH ${ROWS_AT_ONCE} FROM pages`)
    if (page.length === 0) break
    yield page
  }
  await session.script('CLOSE pages')
}
