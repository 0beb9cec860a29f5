import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkLedger } from '../../src/recording/ledger/index.ts'
import { logFilesAt } from '../../src/recording/log-files/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import {
  createMerkle,
  parseCheckpoint,
  parseNote,
  parseVkey,
  verifyLog,
} from '../../src/recording/verify/index.ts'
import { eventually } from '../support/eventually.ts'
import { RunningCustody } from '../support/running-custody.ts'

const merkle = createMerkle(nodeCrypto.sha256)

let custody: RunningCustody
beforeEach(async () => {
  custody = await RunningCustody.start()
})
afterEach(() => custody[Symbol.asyncDispose]())

const publish = () => custody.api('POST', '/v1/log/publish', {})
const head = (note: string) => parseCheckpoint(parseNote(note)?.text ?? '')
const verify = (oldCheckpoint?: Uint8Array) =>
  verifyLog(logFilesAt(custody.directory.log), {
    crypto: nodeCrypto,
    vkeys: [custody.person.vkey],
    ...(oldCheckpoint === undefined ? {} : { oldCheckpoint }),
  })

async function recordARun(): Promise<void> {
  await custody.closeRun(await custody.openRun())
}

it('publishes what is recorded, verifiably, while it runs and when it stops [REC-12]', async () => {
  await recordARun()
  const published = (await publish()).json()
  expect(published.size).toBeGreaterThan(3)
  expect(await verify()).toMatchObject({ ok: true, size: published.size })
  const old = readFileSync(join(custody.directory.log, 'checkpoint'))
  await recordARun()
  await custody.stop()
  using view = custody.durable()
  expect(await verify(old)).toMatchObject({ ok: true, size: view.entries().length })
})

it('serves the published log to anybody, as the files are, and nothing else', async () => {
  await recordARun()
  const { size } = (await publish()).json()
  const get = (path: string) => custody.api('GET', path, undefined, '')
  const checkpoint = await get('/log/checkpoint')
  expect(checkpoint.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'public, max-age=1',
  })
  expect(head(checkpoint.body.toString())?.size).toBe(size)
  const tile = await get(`/log/tile/0/000.p/${size}`)
  expect(tile.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect(tile.body).toEqual(readFileSync(join(custody.directory.log, `tile/0/000.p/${size}`)))
  const strangers = ['/log/', '/log/tile/', '/log/tile/0/000', '/log/tile/0/000.p/255', '/log/tile/00/000']
  const travels = ['/log/tile/..%2f..%2fledger.db', '/log/tile/../checkpoint/../../keys/log.key']
  for (const path of [...strangers, ...travels, '/log/tile/0/%00', '/log/log.key']) {
    expect([path, (await get(path)).status]).toEqual([path, 404])
  }
})

it('proves inclusion and consistency over HTTP [REC-12]', async () => {
  await recordARun()
  const before = head((await custody.api('GET', '/v1/log/checkpoint')).body.toString())
  await recordARun()
  const inclusion = (await custody.api('GET', '/v1/log/proof/inclusion/2')).json()
  const now = head(String(inclusion.checkpoint))
  const bytes = (texts: unknown) => (texts as string[]).map((text) => Buffer.from(text, 'base64'))
  if (before === undefined || now === undefined) throw new Error('no checkpoint')
  const [leafHash = Buffer.alloc(0)] = bytes([inclusion.leafHash])
  const { size, root } = now
  expect(merkle.verifyInclusion({ index: 2, size, leafHash, proof: bytes(inclusion.hashes), root })).toBe(
    true,
  )
  const path = `/v1/log/proof/consistency?from=${before.size}&to=${size}`
  const { hashes } = (await custody.api('GET', path)).json()
  const claim = { oldSize: before.size, oldRoot: before.root, newSize: size, newRoot: root }
  expect(merkle.verifyConsistency({ ...claim, proof: bytes(hashes) })).toBe(true)
})

it.each([
  '/v1/log/proof/inclusion/100000',
  '/v1/log/proof/inclusion/1?size=100000',
  '/v1/log/proof/inclusion/1?size=1',
  '/v1/log/proof/inclusion/-1',
  '/v1/log/proof/inclusion/1e3x',
  '/v1/log/proof/consistency?from=0',
  '/v1/log/proof/consistency?from=2&to=1',
  '/v1/log/proof/consistency?from=1&to=100000',
  '/v1/log/proof/consistency',
])('refuses to prove %s', async (path) => {
  expect([400, 404]).toContain((await custody.api('GET', path)).status)
})

it('tells in /readyz how far it has published', async () => {
  const { size } = (await publish()).json()
  expect((await custody.api('GET', '/readyz', undefined, '')).json()).toMatchObject({
    status: 'ok',
    publishing: 'ok',
    published: size,
  })
})

it('goes on recording when the log cannot be published, and says so', async () => {
  const { log } = custody.directory
  const { size } = (await publish()).json()
  const next = [1, 2, 3, 4].map((more) => join(log, `tile/entries/000.p/${Number(size) + more}`))
  for (const bundle of next) writeFileSync(bundle, 'foreign')
  await custody.openRun()
  expect((await publish()).json()).toMatchObject({ code: 'ledger.publishing-stopped' })
  expect((await custody.api('GET', '/readyz', undefined, '')).json()).toMatchObject({
    status: 'ok',
    publishing: 'stopped',
  })
  await recordARun()
  await eventually('the file is named in the log', () =>
    next.some((bundle) => custody.reported.join('\n').includes(bundle)),
  )
})

/** What a copy from an earlier day does when it is put back alone; `older` holds that copy. */
const RESTORED: readonly (readonly [string, (older: string) => void, RegExp])[] = [
  [
    'database',
    (older) => {
      for (const name of ['ledger.db-wal', 'ledger.db-shm'])
        rmSync(join(custody.directory.root, name), { force: true })
      cpSync(join(older, 'ledger.db'), custody.directory.database)
    },
    /entries were signed in .*signed\/checkpoints, but the database holds/,
  ],
  [
    'journal',
    (older) => cpSync(join(older, 'signed'), custody.directory.journal, { recursive: true }),
    /published checkpoint covers \d+ entries, but the journal of signed checkpoints ends at/,
  ],
]

it.each(RESTORED)(
  'refuses to start over an older %s and names what disagrees [REC-12]',
  async (_, restore, message) => {
    await custody.stop()
    const older = join(custody.directory.root, '..', 'older')
    cpSync(custody.directory.root, older, { recursive: true })
    await custody.start()
    await recordARun()
    await custody.stop()
    restore(older)
    await expect(custody.start()).rejects.toMatchObject({
      code: 'ledger.contradiction',
      message: expect.stringMatching(message),
    })
  },
)

it('brings an older published log up to date', async () => {
  await custody.stop()
  const older = join(custody.directory.root, '..', 'older-log')
  cpSync(custody.directory.log, older, { recursive: true })
  await custody.start()
  await recordARun()
  await custody.stop()
  rmSync(custody.directory.log, { recursive: true })
  cpSync(older, custody.directory.log, { recursive: true })
  await custody.start()
  expect((await publish()).status).toBe(200)
  expect(await verify()).toMatchObject({ ok: true })
})

it('refuses to start over the published log of another installation', async () => {
  await custody.stop()
  await using other = await RunningCustody.start()
  await other.stop()
  rmSync(custody.directory.log, { recursive: true })
  cpSync(other.directory.log, custody.directory.log, { recursive: true })
  await expect(custody.start()).rejects.toThrow(/published checkpoint carries no good signature/)
})

it('finds with fsck the first bad entry, journal or file [REC-12]', async () => {
  await recordARun()
  await custody.stop()
  const { database: databasePath, journal: journalDirectory, log: logDirectory } = custody.directory
  const vkey = parseVkey(nodeCrypto.sha256, custody.person.vkey)
  if (vkey === undefined) throw new Error('no key')
  const fsck = () =>
    checkLedger({ database: { engine: 'sqlite', path: databasePath }, journalDirectory, logDirectory, vkey })
  expect(await fsck()).toMatchObject({ ok: true, findings: [] })
  const checkpoint = readFileSync(join(logDirectory, 'checkpoint'))
  const tile = join(logDirectory, `tile/0/000.p/${head(checkpoint.toString())?.size}`)
  const good = readFileSync(tile)
  writeFileSync(tile, Buffer.alloc(good.length))
  expect((await fsck()).findings[0]).toMatchObject({
    part: 'log',
    detail: expect.stringContaining('tile/0/000.p/'),
  })
  writeFileSync(tile, good)
  const database = new DatabaseSync(databasePath)
  database.exec(
    "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'closed', 'Closed') AS BLOB) WHERE kind = 'run.closed'",
  )
  const { idx } = database.prepare("SELECT idx FROM entries WHERE kind = 'run.closed'").get() ?? {}
  database.close()
  expect((await fsck()).findings).toEqual([
    { part: 'entries', detail: `entry ${idx} has other bytes than its hash says` },
  ])
})
