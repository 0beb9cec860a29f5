import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { ENGINES, type Engine } from '../../test/support/engines.ts'
import { createDatabase, dropDatabase, execute } from '../../test/support/postgres/databases.ts'
import { type DatabasePlace, describePlace, openDatabase, openWriter, readDatabase } from './index.ts'
import { migrate } from './migrate-sqlite.ts'
import { MIGRATIONS } from './migrations.ts'
import { migratePostgres } from './postgres/migrate.ts'
import { toPostgresSql } from './postgres/sql-words.ts'

let directory: string
let place: DatabasePlace

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'custody-schema-'))
})
afterEach(async () => {
  if (place.engine === 'postgres') await dropDatabase(place.url)
  rmSync(directory, { recursive: true, force: true })
})

async function emptyPlace(engine: Engine): Promise<DatabasePlace> {
  place =
    engine === 'sqlite'
      ? { engine, path: join(directory, 'ledger.db') }
      : { engine, url: await createDatabase(inject('postgresUrl'), 'empty') }
  return place
}

/** Brings the database to a schema that this version does not know yet. */
async function upgrade(to: DatabasePlace, compatibleSince: number): Promise<void> {
  const statements = 'CREATE TABLE novelties (id INTEGER PRIMARY KEY, what TEXT NOT NULL) STRICT'
  const known = [...MIGRATIONS, { statements, compatibleSince }]
  if (to.engine === 'postgres') return migratePostgres(to.url, known)
  const database = openWriter(to.path)
  migrate(database, known)
  database.close()
}

describe.each(ENGINES)('the schema in %s', (engine) => {
  it('is made from nothing, and made once', async () => {
    const empty = await emptyPlace(engine)
    for (let time = 0; time < 2; time++) {
      const database = await openDatabase(empty)
      const head = database.reader<{ ledger_head: { size: number; edge: Uint8Array | null } }>()
      expect(await head.selectFrom('ledger_head').select(['size', 'edge']).execute()).toEqual([
        { size: 0, edge: null },
      ])
      await database.close()
    }
  })

  it('lets this version go on beside a newer one that says it may', async () => {
    const shared = await emptyPlace(engine)
    await (await openDatabase(shared)).close()
    await upgrade(shared, MIGRATIONS.length)
    const older = await openDatabase(shared)
    expect(await older.reader<{ runs: { id: string } }>().selectFrom('runs').selectAll().execute()).toEqual(
      [],
    )
    await older.close()
  })

  it('refuses a database whose schema leaves this version behind', async () => {
    const ahead = await emptyPlace(engine)
    await upgrade(ahead, MIGRATIONS.length + 1)
    await expect(openDatabase(ahead)).rejects.toMatchObject({ code: 'storage.database-newer' })
  })
})

describe('a database on PostgreSQL', () => {
  it('is upgraded once by servers that start at the same time', async () => {
    const shared = await emptyPlace('postgres')
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase(shared)))
    const versions = { schema_versions: { version: 0 } }
    for (const database of opened) {
      const reader = database.reader<typeof versions>()
      expect(await reader.selectFrom('schema_versions').select('version').execute()).toHaveLength(
        MIGRATIONS.length,
      )
      await database.close()
    }
  })

  it('is refused while it may lose what it acknowledged', async () => {
    const unsafe = await emptyPlace('postgres')
    const { url } = unsafe as Extract<DatabasePlace, { engine: 'postgres' }>
    await execute(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`)
    await expect(openDatabase(unsafe)).rejects.toMatchObject({
      code: 'storage.database-unsafe',
      message: expect.stringContaining('synchronous_commit=off') as string,
    })
  })

  it('is named without its password, also when it cannot be reached', async () => {
    await emptyPlace('postgres')
    const wrong = Object.assign(new URL(inject('postgresUrl')), { password: 'opensesame' })
    const elsewhere: DatabasePlace = { engine: 'postgres', url: wrong.href }
    const error = await openDatabase(elsewhere).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    )
    expect(error).toMatchObject({ code: 'storage.database-unreachable' })
    expect(`${error?.message} ${describePlace(elsewhere)}`).not.toMatch(/opensesame/)
  })

  it('is not looked for at an address of something else', async () => {
    await emptyPlace('sqlite')
    const elsewhere: DatabasePlace = { engine: 'postgres', url: 'mysql://user:opensesame@host/name' }
    const error = await openDatabase(elsewhere).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    )
    expect(error).toMatchObject({ code: 'storage.database-address-malformed' })
    expect(error?.message).not.toMatch(/opensesame/)
  })

  it('counts in numbers', async () => {
    const database = await readDatabase(await emptyPlace('postgres'))
    await migratePostgres((place as Extract<DatabasePlace, { engine: 'postgres' }>).url)
    const reader = database.reader<{ ledger_head: { size: number } }>()
    const row = await reader
      .selectFrom('ledger_head')
      .select((select) => [select.fn.countAll<number>().as('rows'), select.fn.sum<number>('size').as('sum')])
      .executeTakeFirst()
    expect(row).toEqual({ rows: 1, sum: 0 })
    await database.close()
  })
})

it('numbers the parameters of a statement, and no question mark of a text', () => {
  place = { engine: 'sqlite', path: '' }
  expect(toPostgresSql(`INSERT INTO "a?" VALUES (?, 'why?', ?)`)).toBe(
    `INSERT INTO "a?" VALUES ($1, 'why?', $2)`,
  )
})
