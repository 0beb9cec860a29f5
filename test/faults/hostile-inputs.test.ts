import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeBundle, readZip, writeZip } from '../../src/recording/verify/index.ts'
import { PublishedLog } from '../support/published-log.ts'
import { verifyInLittleMemory } from './verify-process.ts'

/** What a hostile file may cost, beside what the program itself takes and the file's own bytes. */
const MOST_MEGABYTES = 450
const VERIFICATION_FAILED = 6
const MANY = 10_000_000

const bundle = new URL('../vectors/bundle/bundle.zip', import.meta.url)
const only = (name: string, contents: Uint8Array | string) =>
  writeZip(new Map([[name, Buffer.from(contents)]]))

/** The published bundle with one file exchanged, packed soundly again. */
function withFile(name: string, contents: Uint8Array | string): Uint8Array {
  const zip = readZip(readFileSync(bundle))
  if (!zip.ok) throw new Error(zip.problem)
  return writeZip(new Map([...zip.files, [name, Buffer.from(contents)]]))
}

/** A zip's local header with whatever sizes and method it claims. */
function localHeader(name: string, { size = 0, method = 0, data = Buffer.alloc(0) }): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(0x21, 12)
  header.writeUInt32LE(data.length, 18)
  header.writeUInt32LE(size, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, Buffer.from(name), data])
}

const HOSTILE: readonly (readonly [string, () => Uint8Array])[] = [
  [
    'a zip bomb: a gigabyte in a megabyte',
    () => localHeader('events.jsonl', { method: 8, size: 2 ** 30, data: deflateRawSync(Buffer.alloc(MANY)) }),
  ],
  [
    'an entry that claims to be four gigabytes',
    () => {
      const bytes = localHeader('events.jsonl', {})
      bytes.writeUInt32LE(0xffffffff, 18)
      return bytes
    },
  ],
  [
    'an entry that lies over the next one',
    () => {
      const bytes = Buffer.from(
        writeZip(
          new Map([
            ['a', Buffer.alloc(9)],
            ['b', Buffer.alloc(9)],
          ]),
        ),
      )
      bytes.writeUInt32LE(60, 18)
      return bytes
    },
  ],
  [
    'two directory rows for one entry',
    () => {
      const bytes = Buffer.from(only('a', 'x'))
      const directory = bytes.subarray(32, bytes.length - 22)
      return Buffer.concat([bytes.subarray(0, 32), directory, directory, bytes.subarray(-22)])
    },
  ],
  ['a name that leads out of the folder', () => only('../../escaped', 'x')],
  ['an absolute name', () => only('/tmp/escaped', 'x')],
  ['millions of empty events', () => only('events.jsonl', '\n'.repeat(MANY))],
  ['millions of empty statements', () => only('record.intoto.jsonl', '\n'.repeat(MANY))],
  ['one event of megabytes', () => only('events.jsonl', `{"a":"${'x'.repeat(MANY)}"}\n`)],
  ['JSON nested millions deep', () => only('manifest.json', '['.repeat(MANY))],
  [
    'a manifest of millions of files',
    () => only('manifest.json', `{"files":[${'{},'.repeat(MANY)}{}],"v":1}`),
  ],
  ['an index of millions of parts', () => only('parts/index.json', `{"parts":[${'{},'.repeat(MANY)}{}]}`)],
  [
    'an envelope of millions of signatures',
    () => only('manifest.dsse.json', `{"signatures":[${'{},'.repeat(MANY)}{}]}`),
  ],
  ['a manifest that is not canonical', () => withFile('manifest.json', '{ "v": 1 }')],
  ['a manifest with a fraction', () => withFile('manifest.json', '{"v":1.5}')],
  ['a manifest with a name twice', () => withFile('manifest.json', '{"v":1,"v":1}')],
  ['a manifest with an unknown field', () => withFile('manifest.json', '{"unknown":1,"v":1}')],
  ['an event with an unknown field', () => withFile('events.jsonl', '{"unknown":1,"v":1}\n')],
  ['nothing', () => new Uint8Array()],
]

describe('custody verify, given a hostile bundle', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'custody-hostile-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  it.each(HOSTILE)('refuses %s in bounded memory [REC-8]', async (_what, make) => {
    writeFileSync(join(home, 'bundle.zip'), make())
    const { code, stderr, peakMegabytes } = await verifyInLittleMemory(home, 'bundle.zip')
    expect([code, stderr]).toEqual([VERIFICATION_FAILED, ''])
    expect(peakMegabytes).toBeLessThan(MOST_MEGABYTES)
    expect(readdirSync(home).filter((name) => name !== 'bundle.zip' && !name.startsWith('.'))).toEqual([])
  })

  it.each([
    ['a file of gigabytes', (path: string) => truncateSync(openNew(path), 8e9)],
    ['a pipe that nobody writes to', (path: string) => execFileSync('mkfifo', [path])],
  ])('does not read %s', async (_what, make) => {
    make(join(home, 'bundle.zip'))
    const { code, stderr, peakMegabytes } = await verifyInLittleMemory(home, 'bundle.zip')
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/^error cli\.file-unreadable: /)
    expect(peakMegabytes).toBeLessThan(MOST_MEGABYTES)
  })
})

function openNew(path: string): string {
  writeFileSync(path, '')
  return path
}

const LARGEST = Array.from({ length: 256 }, () => Buffer.alloc(65_535))

const LYING_LOGS: readonly (readonly [string, (log: PublishedLog) => void, string])[] = [
  [
    'whose bundle says its entries are longer than it is',
    (log) => writeFileSync(log.path('tile/entries/000'), Buffer.alloc(600, 0xff)),
    'tile/entries/000',
  ],
  [
    'whose bundle is as large as a bundle can be, and others',
    (log) => writeFileSync(log.path('tile/entries/000'), encodeBundle(LARGEST)),
    'tile/0/000',
  ],
  [
    'whose bundle has millions of empty entries',
    (log) => writeFileSync(log.path('tile/entries/000'), Buffer.alloc(MANY)),
    'tile/entries/000',
  ],
  [
    'with thousands of files nobody needs',
    (log) => {
      for (let i = 0; i < 5000; i++) writeFileSync(log.path(`tile/0/stray-${i}`), '')
    },
    'stray-',
  ],
  [
    'with a partial tile wider than its full one',
    (log) => writeFileSync(log.path('tile/0/001.p/255'), Buffer.alloc(255 * 32)),
    'tile/0/001.p/255',
  ],
  ['whose tile is gigabytes', (log) => truncateSync(log.path('tile/0/000'), 8e9), 'tile/0/000'],
]

describe('custody verify, given a hostile log', () => {
  let log: PublishedLog
  beforeEach(async () => {
    log = new PublishedLog()
    log.source.growTo(300)
    await (await log.open()).publish()
  })
  afterEach(() => log[Symbol.dispose]())

  const verify = () => verifyInLittleMemory(log.root, log.directory, '--key', log.source.log.vkey, '--json')

  it.each(LYING_LOGS)('refuses one %s in bounded memory [REC-12]', async (_what, lie, complaint) => {
    lie(log)
    const { code, stdout, peakMegabytes } = await verify()
    expect([code, stdout]).toEqual([VERIFICATION_FAILED, expect.stringContaining(complaint)])
    expect(peakMegabytes).toBeLessThan(MOST_MEGABYTES)
  })

  it('refuses one whose key has signed a size beyond anything there is [REC-12]', async () => {
    writeFileSync(log.path('checkpoint'), log.source.log.checkpointOver(Number.MAX_SAFE_INTEGER))
    const { code, stdout, peakMegabytes } = await verify()
    expect([code, stdout]).toEqual([
      VERIFICATION_FAILED,
      expect.stringContaining('tile/entries/001 is missing'),
    ])
    expect(peakMegabytes).toBeLessThan(MOST_MEGABYTES)
  })
})
