import type { DatabaseSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { whileUndamaged } from './damaged-database.ts'
import { toSqlParameters, type Write } from './sqlite.ts'

/** A query builder over a module's own tables. */
export type Reader<Tables> = Kysely<Tables>

/** Queries over a read-only connection. The connection is synchronous: keep statements short and page reads. */
export function createReader<Tables>(database: DatabaseSync): Reader<Tables> {
  const connection = new ReadConnection(database)
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createDriver: () => new ReadDriver(connection),
    },
  })
}

/** Builds statements without running them; the ledger's writer runs them in the transaction of the event. */
export function createStatements<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createDriver: () => new DummyDriver(),
    },
  })
}

/** The compiled form of a query that does not run itself. */
export function toWrite(query: { compile(): CompiledQuery }): Write {
  const { sql, parameters } = query.compile()
  return { sql, parameters }
}

/**
 * A statement that is compiled once, for the writes of every call: `build` makes it for placeholder values, and each
 * write brings its own, in the order of `columns`, which must be the order of the statement's parameters.
 */
export function compileOnce<Values extends object>(
  columns: readonly (keyof Values & string)[],
  build: (values: Values) => { compile(): CompiledQuery },
): (values: Values) => Write {
  let sql: string | undefined
  return (values) => {
    sql ??= build(Object.fromEntries(columns.map((column) => [column, values[column]])) as Values).compile()
      .sql
    return { sql, parameters: columns.map((column) => values[column]) }
  }
}

class ReadDriver extends DummyDriver {
  readonly #connection: ReadConnection
  constructor(connection: ReadConnection) {
    super()
    this.#connection = connection
  }
  override acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection)
  }
}

class ReadConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  constructor(database: DatabaseSync) {
    this.#database = database
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const database = this.#database
    const rows = whileUndamaged(database.location() ?? 'The database', () =>
      database.prepare(query.sql).all(...toSqlParameters(query.parameters)),
    )
    return Promise.resolve({ rows: rows as Row[] })
  }

  // biome-ignore lint/correctness/useYield: the interface demands a generator; pages are read with LIMIT instead.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('read pages with LIMIT; streaming holds the connection')
  }
}
