import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { MemorySource } from '../../../../test/support/memory-source.ts'
import { complaintsOf, PublishedLog } from '../../../../test/support/published-log.ts'
import { logFilesAt } from '../../log-files/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { verifyLog } from './verify-log.ts'

/** 600 entries: two full tiles and a partial one at level 0, a partial one at level 1, stale partials of 3 and 513. */
const SIZE = 600

let good: PublishedLog
let log: PublishedLog
let oldCheckpoint: Buffer

beforeAll(async () => {
  good = new PublishedLog()
  const publisher = await good.open()
  for (const size of [3, 300, 513, SIZE]) {
    good.source.growTo(size)
    await publisher.publish()
    if (size === 300) oldCheckpoint = readFileSync(good.path('checkpoint'))
  }
})
afterAll(() => good[Symbol.dispose]())

beforeEach(() => {
  log = new PublishedLog(good.source)
  cpSync(good.directory, log.directory, { recursive: true })
})
afterEach(() => log[Symbol.dispose]())

it('accepts what was published, and an older checkpoint of it', async () => {
  const report = await log.verify({ oldCheckpoint })
  expect(complaintsOf(report)).toBe('')
  expect(report).toMatchObject({ ok: true, origin: 'ledger.example/v1', size: SIZE })
  expect(Object.values(report.checks).map((check) => check.status)).toEqual([
    ...Array(4).fill('passed'),
    'not-present',
  ])
})

it('says that nothing was compared when no older checkpoint is given', async () => {
  const { ok, checks } = await log.verify()
  expect([ok, checks.history.status]).toEqual([true, 'not-present'])
})

const flip = (name: string, at = 0) => {
  const bytes = readFileSync(log.path(name))
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(log.path(name), bytes)
}
const put = (name: string, content: string | Uint8Array = 'x') => {
  mkdirSync(dirname(log.path(name)), { recursive: true })
  writeFileSync(log.path(name), content)
}
const swap = (a: string, b: string) => {
  renameSync(log.path(a), log.path('swapped'))
  renameSync(log.path(b), log.path(a))
  renameSync(log.path('swapped'), log.path(b))
}
const resize = (name: string, by: number) =>
  truncateSync(log.path(name), readFileSync(log.path(name)).length + by)

const TILE = 'tile/0/000'
const PARTIAL = 'tile/0/002.p/88'
const UPPER = 'tile/1/000.p/2'
const BUNDLE = 'tile/entries/001'
const PARTIAL_BUNDLE = 'tile/entries/002.p/88'
const STALE = 'tile/0/002.p/1'
const STALE_BUNDLE = 'tile/entries/002.p/1'
const EACH = [TILE, PARTIAL, UPPER, BUNDLE, PARTIAL_BUNDLE]

/** What was done to the log, and what the report must say: a file's name, mostly. */
const TAMPERINGS: readonly (readonly [string, () => void, string])[] = [
  ...EACH.flatMap((name): (readonly [string, () => void, string])[] => [
    [`a flipped bit in ${name}`, () => flip(name, 5), name.includes('entries') ? 'tile/0/00' : name],
    [`${name} cut by a byte`, () => resize(name, -1), name],
    [`${name} longer by a byte`, () => appendFileSync(log.path(name), 'x'), name],
    [`${name} longer by a hash`, () => appendFileSync(log.path(name), Buffer.alloc(32)), name],
    [`${name} empty`, () => truncateSync(log.path(name), 0), name],
    [`${name} deleted`, () => rmSync(log.path(name)), `${name} is missing`],
    [
      `${name} replaced by a folder`,
      () => {
        rmSync(log.path(name))
        mkdirSync(log.path(name))
      },
      name,
    ],
    [
      `${name} replaced by a link to itself elsewhere`,
      () => {
        renameSync(log.path(name), join(log.root, 'elsewhere'))
        symlinkSync(join(log.root, 'elsewhere'), log.path(name))
      },
      `${name} is not a regular file`,
    ],
  ]),
  ['a flipped length in a bundle', () => flip(BUNDLE, 1), `${BUNDLE} does not hold exactly 256 entries`],
  ['two tiles swapped', () => swap(TILE, 'tile/0/001'), TILE],
  ['two bundles swapped', () => swap('tile/entries/000', BUNDLE), TILE],
  [
    'a stale tile with other bytes',
    () => flip(STALE),
    `${STALE} is left from a smaller log and is not a prefix`,
  ],
  ['a stale bundle with other bytes', () => flip(STALE_BUNDLE, 3), `${STALE_BUNDLE} is left`],
  ['a stale bundle cut by a byte', () => resize(STALE_BUNDLE, -1), `${STALE_BUNDLE} is left`],
  ['an empty stale tile', () => put(`${STALE.slice(0, -1)}7`, ''), `${STALE.slice(0, -1)}7 is left`],
  ['a file no log has', () => put('tile/README'), 'tile/README is not the name of a file of a log'],
  ['a temporary file', () => put('tile/0/.000.tmp'), 'tile/0/.000.tmp'],
  ['a compressed copy', () => put(`${BUNDLE}.gz`), `${BUNDLE}.gz`],
  [
    'a tile in another spelling',
    () => put('tile/0/x000/000', readFileSync(log.path(TILE))),
    'tile/0/x000/000',
  ],
  [
    'a tile at a level there is not',
    () => put('tile/2/000.p/1', Buffer.alloc(32)),
    'tile/2/000.p/1 is not part',
  ],
  [
    'a tile beyond the end',
    () => put('tile/0/003', Buffer.alloc(8192)),
    'tile/0/003 is not part of a log of 600',
  ],
  ['a wider partial', () => put('tile/0/002.p/89', Buffer.alloc(89 * 32)), 'tile/0/002.p/89 is not part'],
  ['a folder no log has', () => mkdirSync(log.path('tile/0/more')), 'tile/0/more is not a folder of a log'],
  ['a link to a folder', () => symlinkSync(log.root, log.path('tile/3')), 'tile/3 is neither'],
  [
    'the folder of tiles behind a link',
    () => {
      renameSync(log.path('tile'), join(log.root, 'tile'))
      symlinkSync(join(log.root, 'tile'), log.path('tile'))
    },
    'tile is neither',
  ],
  ['no tiles at all', () => rmSync(log.path('tile'), { recursive: true }), 'tile/entries/000 is missing'],
  ['no checkpoint', () => rmSync(log.path('checkpoint')), 'checkpoint is missing'],
  [
    'an empty checkpoint',
    () => truncateSync(log.path('checkpoint'), 0),
    'checkpoint is not a signed checkpoint',
  ],
  ['a checkpoint cut by a byte', () => resize('checkpoint', -1), 'checkpoint is not a signed checkpoint'],
  [
    'a flipped bit in the signature',
    () => flip('checkpoint', readFileSync(log.path('checkpoint')).length - 10),
    'checkpoint',
  ],
  [
    'a checkpoint of gigabytes',
    () => truncateSync(log.path('checkpoint'), 8e9),
    'checkpoint is larger than it can be',
  ],
  ['a bundle of gigabytes', () => truncateSync(log.path(BUNDLE), 8e9), `${BUNDLE} is larger than it can be`],
  [
    'the checkpoint of a smaller log',
    () => writeFileSync(log.path('checkpoint'), oldCheckpoint),
    'tile/0/001',
  ],
  [
    'a checkpoint of another key',
    () => writeFileSync(log.path('checkpoint'), new MemorySource().growTo(SIZE).log.checkpoint()),
    'checkpoint carries no good signature',
  ],
  ...['-1', '0600', '6e2', '600.0', '', ' 600', '9007199254740992', '9'.repeat(400)].map(
    (size): readonly [string, () => void, string] => [
      `the size line ${JSON.stringify(size.slice(0, 20))}`,
      () =>
        writeFileSync(
          log.path('checkpoint'),
          edited((lines) => lines.with(1, size)),
        ),
      'checkpoint is not a signed checkpoint',
    ],
  ),
  [
    'a size beyond all that is there',
    () =>
      writeFileSync(
        log.path('checkpoint'),
        edited((lines) => lines.with(1, '9007199254740991')),
      ),
    'tile/entries/002',
  ],
  [
    'another root, unsigned',
    () =>
      writeFileSync(
        log.path('checkpoint'),
        edited((lines) => lines.with(2, `${'A'.repeat(43)}=`)),
      ),
    'the entries give another root',
  ],
  [
    'a root that is not 32 bytes',
    () =>
      writeFileSync(
        log.path('checkpoint'),
        edited((lines) => lines.with(2, 'AAAA')),
      ),
    'checkpoint is not a signed checkpoint',
  ],
]

function edited(change: (lines: string[]) => string[]): string {
  return change(readFileSync(log.path('checkpoint'), 'utf8').split('\n')).join('\n')
}

it.each(TAMPERINGS)('finds %s [REC-12]', async (_what, tamper, complaint) => {
  tamper()
  const report = await log.verify()
  expect(report.ok).toBe(false)
  expect(complaintsOf(report)).toContain(complaint)
})

it('finds any changed bit of any file [REC-12]', async () => {
  const names = log.names()
  const place = fc.record({ name: fc.constantFrom(...names), at: fc.nat(), bit: fc.nat({ max: 7 }) })
  await fc.assert(
    fc.asyncProperty(place, async ({ name, at, bit }) => {
      const bytes = readFileSync(log.path(name))
      const changed = Buffer.from(bytes)
      const index = at % bytes.length
      changed[index] = (changed[index] ?? 0) ^ (1 << bit)
      writeFileSync(log.path(name), changed)
      const { ok } = await log.verify()
      writeFileSync(log.path(name), bytes)
      expect(ok).toBe(false)
    }),
    { numRuns: 60 },
  )
})

it('takes the full tile and bundle of a log that has grown where a partial one is gone', async () => {
  using grown = new PublishedLog(new MemorySource())
  const publisher = await grown.open()
  grown.source.growTo(200)
  await publisher.publish()
  const checkpoint = readFileSync(grown.path('checkpoint'))
  grown.source.growTo(300)
  await publisher.publish()
  expect(existsSync(grown.path('tile/0/000.p'))).toBe(false)
  writeFileSync(grown.path('checkpoint'), checkpoint)
  const { checks } = await grown.verify()
  expect([checks.entries.status, checks.files.status]).toEqual(['passed', 'failed'])
})

it('accepts a log that grows while it is read', async () => {
  const { source } = log
  const publisher = await log.open()
  const files = logFilesAt(log.directory)
  // The checkpoint and the entries have been read by the time the folders are looked through.
  async function* list(path: string) {
    if (path === 'tile') await publisher.publish()
    yield* files.list(path)
  }
  source.growTo(900)
  const report = await verifyLog({ ...files, list }, { crypto: nodeCrypto, vkeys: [source.log.vkey] })
  expect(complaintsOf(report)).toBe('')
})

it('verifies nothing with a key that is none', async () => {
  for (const vkeys of [[], ['nonsense'], [new MemorySource().log.vkey]]) {
    const report = await log.verify({ vkeys })
    expect([report.ok, report.checks.checkpoint.status, report.checks.entries.status]).toEqual([
      false,
      'failed',
      'passed',
    ])
  }
})

it('finds an older log put back, with its checkpoint, only by a checkpoint kept elsewhere [REC-12]', async () => {
  using older = new PublishedLog(new MemorySource())
  older.source.growTo(300)
  await (await older.open()).publish()
  const kept = join(mkdtempSync(join(tmpdir(), 'custody-old-')), 'log')
  cpSync(older.directory, kept, { recursive: true })
  older.source.growTo(400)
  await (await older.open()).publish()
  const newest = readFileSync(older.path('checkpoint'))
  rmSync(older.directory, { recursive: true })
  cpSync(kept, older.directory, { recursive: true })
  rmSync(dirname(kept), { recursive: true })
  expect((await older.verify()).ok).toBe(true)
  const report = await older.verify({ oldCheckpoint: newest })
  expect(report.checks.history.detail).toMatch(/covers 400 entries, this log only 300/)
  expect(report.ok).toBe(false)
})

it('finds a log rewritten and signed again only by a checkpoint kept elsewhere [REC-12]', async () => {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const honest = new MemorySource('ledger.example/v1', seed).growTo(300)
  using rewritten = new PublishedLog(new MemorySource('ledger.example/v1', seed))
  rewritten.source.add(Buffer.from('another story')).growTo(400)
  await (await rewritten.open()).publish()
  expect((await rewritten.verify()).ok).toBe(true)
  const report = await rewritten.verify({ oldCheckpoint: Buffer.from(honest.log.checkpoint()) })
  expect(report.checks.history.detail).toMatch(/first 300 entries are not those .* rewritten/)
})

it.each([
  ['of another log', () => new MemorySource('other.example/v1').growTo(5).log.checkpoint()],
  ['of another key', () => new MemorySource().growTo(5).log.checkpoint()],
  ['that is none', () => 'hello'],
])('does not take an older checkpoint %s for one of this log', async (_what, checkpoint) => {
  expect((await log.verify({ oldCheckpoint: Buffer.from(checkpoint()) })).checks.history.status).toBe(
    'failed',
  )
})
