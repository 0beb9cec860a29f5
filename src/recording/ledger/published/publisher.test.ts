import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FailingDisk } from '../../../../test/support/failing-disk.ts'
import { MemorySource } from '../../../../test/support/memory-source.ts'
import { complaintsOf, PublishedLog } from '../../../../test/support/published-log.ts'
import { readTlogVectors } from '../../../../test/vectors/tlog.ts'

const vectors = readTlogVectors()

let log: PublishedLog
beforeEach(() => {
  log = new PublishedLog()
})
afterEach(() => log[Symbol.dispose]())

it('publishes the log of the vectors byte for byte [REC-12]', async () => {
  const source = new MemorySource(vectors.log_key.name, vectors.log_key.seed_hex)
  using published = new PublishedLog(source)
  source.add(...vectors.leaves.map((leaf) => Buffer.from(leaf.data_hex, 'hex')))
  await (await published.open()).publish()
  const checkpoint = Buffer.from(vectors.checkpoint_signed).toString('hex')
  expect(published.files()).toEqual({ ...vectors.files, checkpoint })
})

it('publishes an empty log as a checkpoint and nothing else', async () => {
  await (await log.open()).publish()
  expect(log.names()).toEqual(['checkpoint'])
  expect((await log.verify()).ok).toBe(true)
})

it('publishes logs of whatever sizes that verify and grow from one another [REC-12]', async () => {
  const steps = fc.array(fc.record({ by: fc.integer({ min: 1, max: 200 }), restart: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(steps, async (made) => {
      using published = new PublishedLog()
      let publisher = await published.open()
      let old: Buffer | undefined
      for (const { by, restart } of made) {
        published.source.growTo(Math.min(600, published.source.entries.length + by))
        if (restart) publisher = await published.open()
        await publisher.publish()
        const report = await published.verify(old === undefined ? {} : { oldCheckpoint: old })
        expect(complaintsOf(report)).toBe('')
        old = readFileSync(published.path('checkpoint'))
      }
    }),
    { numRuns: 15 },
  )
})

it.each([255, 256, 257, 511, 512, 513, 65_536, 65_537])(
  'publishes %d entries',
  async (size) => {
    log.source.growTo(size)
    await (await log.open()).publish()
    const report = await log.verify()
    expect([complaintsOf(report), report.size]).toEqual(['', size])
    expect(report.root).toBe(vectors.roots_of_entry_i_logs[String(size)] ?? report.root)
  },
  120_000,
)

it('keeps partials until the full tile is visible, and then removes them', async () => {
  const publisher = await log.open()
  for (const size of [3, 10, 255]) {
    log.source.growTo(size)
    await publisher.publish()
  }
  expect(log.names()).toContain('tile/0/000.p/3')
  log.source.growTo(256)
  await publisher.publish()
  expect(log.names()).toEqual(['checkpoint', 'tile/0/000', 'tile/1/000.p/1', 'tile/entries/000'])
})

it('removes after a restart the partials that were outgrown before it', async () => {
  log.source.growTo(255)
  await (await log.open()).publish()
  log.source.growTo(300)
  await (await log.open()).publish()
  expect(log.names().filter((name) => name.includes('000.p'))).toEqual(['tile/1/000.p/1'])
})

it('makes files durable before the checkpoint is signed, and that before it is visible [REC-12]', async () => {
  const { disk, steps } = new FailingDisk()
  log.source.growTo(300)
  const signed = log.source.checkpoint.bind(log.source)
  log.source.checkpoint = () => {
    steps.push('sign')
    return signed()
  }
  await (await log.open(disk)).publish()
  const at = (step: string) => steps.findIndex((done) => done.startsWith(step) || done.endsWith(step))
  const lastOf = (kind: string) =>
    steps.findLastIndex((done) => done.startsWith(kind) && done.includes('tile'))
  expect(lastOf('rename')).toBeLessThan(lastOf('syncDirectory'))
  expect(lastOf('syncDirectory')).toBeLessThan(at('sign'))
  expect(at('sign')).toBeLessThan(steps.findIndex((done) => /^rename .*checkpoint$/.test(done)))
  expect(steps.filter((done) => done === `syncDirectory ${log.path('tile/0')}`)).toHaveLength(1)
})

it('shows the larger checkpoint when the log was signed at a larger size meanwhile', async () => {
  log.source.growTo(5)
  const signed = log.source.checkpoint.bind(log.source)
  log.source.checkpoint = () => {
    log.source.growTo(Math.max(7, log.source.entries.length))
    return signed()
  }
  await (await log.open()).publish()
  const report = await log.verify()
  expect([complaintsOf(report), report.size]).toEqual(['', 7])
})

it('stops, naming the file, rather than change one that is there, and shows nothing new', async () => {
  const publisher = await log.open()
  log.source.growTo(2)
  await publisher.publish()
  const before = log.files()
  mkdirSync(log.path('tile/0/000.p'), { recursive: true })
  writeFileSync(log.path('tile/0/000.p/3'), 'something else')
  log.source.growTo(3)
  await expect(publisher.publish()).rejects.toMatchObject({ code: 'ledger.publishing-stopped' })
  await expect(publisher.publish()).rejects.toThrow('tile/0/000.p/3 is there already with other bytes')
  expect(publisher.state).toMatchObject({ status: 'stopped', size: 2 })
  expect(log.files().checkpoint).toBe(before.checkpoint)
})

it.each(['write', 'rename', 'makeDirectory'] as const)(
  'waits for space when the disk is full at a %s, and goes on',
  async (step) => {
    const faults = new FailingDisk()
    const publisher = await log.open(faults.disk)
    log.source.growTo(300)
    faults.fail(step, { code: 'ENOSPC', on: 'tile' })
    await expect(publisher.publish()).rejects.toMatchObject({ code: 'ledger.disk-full' })
    expect(publisher.state.status).toBe('disk-full')
    faults.mend()
    await publisher.publish()
    expect(publisher.state).toEqual({ status: 'ok', size: 300 })
    expect(complaintsOf(await log.verify())).toBe('')
  },
)

it.each([
  ['write', 'fdatasync', 'EIO'],
  ['write', 'fdatasync', 'ENOSPC'],
  ['syncDirectory', 'fsync', 'EIO'],
  ['rename', 'rename', 'EROFS'],
] as const)('stops for good when a %s fails in %s with %s', async (step, syscall, code) => {
  const faults = new FailingDisk()
  const publisher = await log.open(faults.disk)
  log.source.growTo(2)
  await publisher.publish()
  log.source.growTo(5)
  faults.fail(step, { code, syscall })
  await expect(publisher.publish()).rejects.toMatchObject({ code: 'ledger.publishing-stopped' })
  faults.mend()
  await expect(publisher.publish()).rejects.toMatchObject({ code: 'ledger.publishing-stopped' })
  expect(publisher.state).toMatchObject({ status: 'stopped', size: 2 })
  const again = await log.open()
  await again.publish()
  expect(complaintsOf(await log.verify())).toBe('')
})

it('stops rather than publish entries that changed since they were published [REC-12]', async () => {
  const publisher = await log.open()
  log.source.growTo(5)
  await publisher.publish()
  log.source.entries[3] = Buffer.from('another story')
  log.source.growTo(6)
  await expect(publisher.publish()).rejects.toThrow('entry 3 is not the one that was published')
})

it('clears unfinished files at its start', async () => {
  mkdirSync(join(log.root, 'log-tmp'), { recursive: true })
  writeFileSync(join(log.root, 'log-tmp', 'tile-0-000'), 'torn')
  await log.open()
  expect(existsSync(join(log.root, 'log-tmp', 'tile-0-000'))).toBe(false)
})

it('makes the whole directory again when it is gone', async () => {
  log.source.growTo(300)
  await (await log.open()).publish()
  const before = log.files()
  rmSync(log.directory, { recursive: true })
  await (await log.open()).publish()
  expect(log.files()).toEqual(before)
})

const CONTRADICTIONS: readonly (readonly [string, (log: PublishedLog) => void, RegExp])[] = [
  [
    'a journal that was cut',
    (log) => {
      log.source.signedSize = 299
    },
    /published checkpoint covers 300 entries, but the journal of signed checkpoints ends at 299/,
  ],
  [
    'a journal that is gone',
    (log) => {
      log.source.signedSize = undefined
    },
    /journal of signed checkpoints ends at 0/,
  ],
  [
    'other entries',
    (log) => {
      log.source.entries[7] = Buffer.from('another story')
    },
    /first 300 entries of the database are not those of the published checkpoint/,
  ],
  [
    'a checkpoint of another key',
    (log) =>
      writeFileSync(
        log.path('checkpoint'),
        new MemorySource('ledger.example/v1').growTo(300).log.checkpoint(),
      ),
    /published checkpoint carries no good signature/,
  ],
  [
    'a checkpoint that is none',
    (log) => writeFileSync(log.path('checkpoint'), 'hello'),
    /not a signed checkpoint/,
  ],
  [
    'a tile of the right edge that is gone',
    (log) => rmSync(log.path('tile/0/001.p/44')),
    /tile\/0\/001\.p\/44 is missing/,
  ],
  [
    'a tile of the right edge with other bytes',
    (log) => writeFileSync(log.path('tile/0/001.p/44'), Buffer.alloc(44 * 32)),
    /tiles of the published log do not give the root/,
  ],
]

it.each(CONTRADICTIONS)(
  'refuses to start over %s and says so [REC-12]',
  async (_what, contradict, message) => {
    log.source.growTo(300)
    await (await log.open()).publish()
    contradict(log)
    await expect(log.open()).rejects.toMatchObject({
      code: 'ledger.contradiction',
      message: expect.stringMatching(message),
    })
  },
)
