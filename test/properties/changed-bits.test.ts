import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLedger, LogPublisher, ledgerSource, openLedgerKeys } from '../../src/recording/ledger/index.ts'
import { BareLedger, draft } from '../support/bare-ledger.ts'
import { PublishedLog } from '../support/published-log.ts'

const ENTRIES = 260
const COLUMNS = ['body', 'leaf_hash'] as const

describe('one changed bit', () => {
  let bare: BareLedger
  let log: PublishedLog
  let kept: string

  beforeAll(async () => {
    kept = mkdtempSync(join(tmpdir(), 'custody-bits-'))
    bare = new BareLedger()
    const ledger = await bare.start()
    await ledger.appendAll(Array.from({ length: ENTRIES }, () => draft('recording.gap')))
    const publisher = await LogPublisher.open({
      source: ledgerSource(ledger),
      vkey: (await openLedgerKeys(join(bare.directory, 'keys'))).log.vkey,
      directory: join(bare.directory, 'log'),
      temporary: join(bare.directory, 'log-tmp'),
    })
    await publisher.publish()
    await bare.stop()
    log = new PublishedLog()
    const small = await log.open()
    for (const size of [3, ENTRIES]) {
      log.source.growTo(size)
      await small.publish()
    }
  })
  afterAll(async () => {
    await bare[Symbol.asyncDispose]()
    log[Symbol.dispose]()
    rmSync(kept, { recursive: true, force: true })
  })

  const fsck = async () =>
    checkLedger({
      database: bare.place,
      journalDirectory: join(bare.directory, 'signed'),
      logDirectory: join(bare.directory, 'log'),
      vkey: (await openLedgerKeys(join(bare.directory, 'keys'))).log.vkey,
    })

  it('of no ledger is found', async () => {
    expect(await fsck()).toMatchObject({ ok: true, entries: ENTRIES, published: ENTRIES })
  })

  it('of any entry in the database is found, with the entry [REC-12]', async () => {
    const place = fc.record({
      index: fc.nat({ max: ENTRIES - 1 }),
      column: fc.constantFrom(...COLUMNS),
      bit: fc.nat(),
    })
    await fc.assert(
      fc.asyncProperty(place, async ({ index, column, bit }) => {
        using database = new OpenDatabase(join(bare.directory, 'ledger.db'))
        const before = database.flip({ column, index, bit })
        const { ok, findings } = await fsck()
        database.put(column, { index, value: before })
        expect(ok).toBe(false)
        expect(findings[0]?.detail).toContain(`entry ${index} `)
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['record_id', 'evt_01M7YZMKEGYAWGAX7EXF2PKW04'],
    ['kind', 'recording.gaq'],
    ['run', 'run_01M7YZMHG06SYDNY77Q47V5DY1'],
    ['seq', 1],
    ['idx', ENTRIES],
  ])('of what an entry is filed under is found: %s [REC-12]', async (column, value) => {
    using database = new OpenDatabase(join(bare.directory, 'ledger.db'))
    const before = database.get(column, 7)
    database.put(column, { index: 7, value })
    const { findings } = await fsck()
    database.put(column, { index: column === 'idx' ? Number(value) : 7, value: before })
    expect(findings[0]?.detail).toMatch(/^entry 7 /)
    expect((await fsck()).ok).toBe(true)
  })

  it('of any published file is found [REC-12]', async () => {
    const names = log.names()
    cpSync(log.directory, kept, { recursive: true })
    const place = fc.record({ name: fc.constantFrom(...names), bit: fc.nat() })
    await fc.assert(
      fc.asyncProperty(place, async ({ name, bit }) => {
        const bytes = readFileSync(join(kept, name))
        writeFileSync(log.path(name), flipped(bytes, bit))
        const { ok } = await log.verify()
        writeFileSync(log.path(name), bytes)
        expect(ok).toBe(false)
      }),
      { numRuns: 150 },
    )
  })

  it('anywhere in the checkpoint is found, bit for bit [REC-12]', async () => {
    const bytes = readFileSync(log.path('checkpoint'))
    const passed: number[] = []
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      writeFileSync(log.path('checkpoint'), flipped(bytes, bit))
      if ((await log.verify()).ok) passed.push(bit)
    }
    writeFileSync(log.path('checkpoint'), bytes)
    expect(passed).toEqual([])
  })

  it('in the journal of signed checkpoints is found, or makes it no note [REC-12]', async () => {
    const path = join(bare.directory, 'signed', 'checkpoints')
    const bytes = readFileSync(path)
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (bit) => {
        writeFileSync(path, flipped(bytes, bit))
        const { ok } = await fsck()
        writeFileSync(path, bytes)
        expect(ok).toBe(false)
      }),
      { numRuns: 40 },
    )
  })
})

/** The database as somebody has it who may write the file. */
class OpenDatabase implements Disposable {
  readonly #database: DatabaseSync

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
  }

  flip({ column, index, bit }: { column: string; index: number; bit: number }): Uint8Array {
    const before = this.get(column, index) as Uint8Array
    this.put(column, { index, value: flipped(before, bit) })
    return before
  }

  get(column: string, index: number): SQLOutputValue {
    const row = this.#database.prepare(`SELECT ${column} AS value FROM entries WHERE idx = ?`).get(index)
    return row?.value ?? null
  }

  put(column: string, { index, value }: { index: number; value: SQLInputValue }): void {
    this.#database.prepare(`UPDATE entries SET ${column} = ? WHERE idx = ?`).run(value, index)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const at = bit % (bytes.length * 8)
  const changed = Uint8Array.from(bytes)
  changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7))
  return changed
}
