import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { SAMPLES } from '../../src/proxying/gateway/wire/sample-answers.ts'
import { rebuildProjections } from '../../src/server/index.ts'
import { PROJECTED_TABLES } from '../../src/server/projections.ts'
import { type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { createDatabase, execute } from '../support/postgres/databases.ts'
import { RunningCustody } from '../support/running-custody.ts'

const DERIVED = [...PROJECTED_TABLES, 'subtrees', 'run_heads']

/** What no event can give again, and why. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  'what all the rest is derived from': ['entries'],
  'held against the entries at each start': ['ledger_head', 'signed_checkpoints'],
  'bodies and their keys': ['parts', 'vault_keys'],
  'personal data, and what is said of persons by it': [
    ...['persons', 'external_ids', 'teams', 'team_members', 'team_ownings', 'role_grants'],
    ...['disclosure_grants', 'agents', 'services', 'scim_users', 'scim_groups'],
  ],
  'what workflows were let down to, and who asked': ['recording_levels', 'recording_requests'],
  'digests of secrets': [
    ...['service_tokens', 'sessions', 'credentials', 'one_time_links', 'spent_links', 'run_tokens'],
  ],
  'what a server knows of this moment': [
    ...['run_hearings', 'run_takers', 'sign_in_failures', 'identity_version'],
    ...['retention_clock', 'retention_marks', 'schema_versions'],
  ],
  'always empty: a constraint of theirs refuses a write': [
    ...['erasures_in_spite_of_hold', 'identity_left_unmanaged'],
  ],
}

let upstream: RawUpstream
let custody: RunningCustody
beforeEach(async () => {
  const sample = SAMPLES.find(({ title }) => title === 'Anthropic, unstreamed')
  upstream = await startRawUpstream(({ response }) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(sample?.body),
  )
  custody = await RunningCustody.start({ upstream: upstream.url })
})
afterEach(async () => {
  await custody[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

async function recordRuns(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const run = await custody.openRun()
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `hello ${i}` }] })
    const { status } = await custody.call('/anthropic/v1/messages', run.token, { body })
    expect(status).toBe(200)
    // Refused, which is recorded as well.
    await custody.call('/anthropic/v1/messages', run.token, { body: 'no JSON' })
    if (i > 0) await custody.closeRun(run)
  }
}

const rebuild = (keep: boolean) => rebuildProjections(custody.directory, { databaseUrl: undefined, keep })

function rows(): Record<string, unknown[]> {
  using database = new DatabaseSync(custody.directory.database, { readOnly: true })
  return Object.fromEntries(
    DERIVED.map((table) => [table, database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]),
  )
}

function change(sql: string): void {
  using database = new DatabaseSync(custody.directory.database)
  database.exec(sql)
}

it('gives the very rows that are there, from the entries alone [REC-12]', async () => {
  await recordRuns()
  await custody.stop()
  const before = rows()
  expect(before.runs).toHaveLength(3)
  const { entries, tables } = await rebuild(true)
  expect(entries).toBeGreaterThan(10)
  expect(tables.map(({ name }) => name).sort()).toEqual([...DERIVED].sort())
  expect(tables.filter(({ wrong, missing }) => wrong + missing > 0)).toEqual([])
  expect(rows()).toEqual(before)
})

it('tells what differs, changes nothing when it only checks, and mends it otherwise', async () => {
  await recordRuns()
  await custody.stop()
  const before = rows()
  change(`UPDATE runs SET refused_calls = 77 WHERE id = (SELECT min(id) FROM runs);
    DELETE FROM runs WHERE id = (SELECT max(id) FROM runs);
    INSERT INTO run_commits (sha, run, repository) VALUES ('f00', 'run_none', 0)`)
  const changed = rows()
  const differing = async (keep: boolean) =>
    (await rebuild(keep)).tables.filter(({ wrong, missing }) => wrong + missing > 0)
  const found = [
    { name: 'runs', rows: 3, wrong: 1, missing: 2 },
    { name: 'run_commits', rows: 0, wrong: 1, missing: 0 },
  ]
  expect(await differing(false)).toEqual(found)
  expect(rows()).toEqual(changed)
  expect(await differing(true)).toEqual(found)
  expect(rows()).toEqual(before)
  await custody.start()
  expect(custody.reported).toEqual([])
})

it('gives the same rows on PostgreSQL, and mends them there', async () => {
  const url = await createDatabase(inject('postgresUrl'), 'empty')
  await using onServer = await RunningCustody.start({ settings: { database: url } })
  await onServer.closeRun(await onServer.openRun())
  await onServer.stop()
  const differing = async (keep: boolean) => {
    const { tables } = await rebuildProjections(onServer.directory, { databaseUrl: url, keep })
    return tables.filter(({ wrong, missing }) => wrong + missing > 0)
  }
  expect(await differing(true)).toEqual([])
  await execute(url, 'DELETE FROM runs')
  const lost = [{ name: 'runs', rows: 1, wrong: 0, missing: 1 }]
  expect(await differing(true)).toEqual(lost)
  expect(await differing(false)).toEqual([])
})

it('is refused while a server runs', async () => {
  await expect(rebuild(true)).rejects.toMatchObject({ code: 'storage.data-directory-in-use' })
})

it('covers every table, or there is a reason why not', () => {
  using database = new DatabaseSync(custody.directory.database, { readOnly: true })
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const unexplained = tables
    .map(({ name }) => String(name))
    .filter((name) => !(DERIVED.includes(name) || Object.values(KEPT).flat().includes(name)))
  expect(unexplained).toEqual([])
})
