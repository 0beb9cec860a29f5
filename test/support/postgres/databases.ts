import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { openDatabase } from '../../../src/storage/index.ts'

/** Has this version's schema and nothing else; every test's database is a copy of it. */
const TEMPLATE = 'custody_template'

export async function makeTemplate(serverUrl: string): Promise<void> {
  await execute(serverUrl, `CREATE DATABASE ${TEMPLATE}`)
  await (await openDatabase({ engine: 'postgres', url: at(serverUrl, TEMPLATE) })).close()
}

/** A database of its own, as URL: with Custody's schema, or `empty`. */
export async function createDatabase(
  serverUrl: string,
  content: 'schema' | 'empty' = 'schema',
): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(
    serverUrl,
    `CREATE DATABASE ${name} TEMPLATE ${content === 'schema' ? TEMPLATE : 'template0'}`,
  )
  return at(serverUrl, name)
}

export async function dropDatabase(url: string): Promise<void> {
  await execute(at(url, 'postgres'), `DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`)
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

function at(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}
