import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BareLedger, draft } from '../support/bare-ledger.ts'

/** Where a write that did not finish may have stopped. */
const CUTS = [1, 0.5, 0.8, -1]

describe('a journal of checkpoints whose last write did not finish', () => {
  let bare: BareLedger
  let journal: string
  let whole: string

  beforeEach(async () => {
    bare = new BareLedger()
    journal = join(bare.directory, 'signed', 'checkpoints')
    const ledger = await bare.start()
    for (let round = 0; round < 3; round++) {
      await ledger.append(draft('recording.gap'))
      await ledger.checkpoint()
    }
    await bare.stop()
    whole = await readFile(journal, 'utf8')
  })
  afterEach(() => bare[Symbol.asyncDispose]())

  const note = () => whole.slice(0, whole.length / 3)
  const cutAt = (cut: number) => note().slice(0, Number.isInteger(cut) ? cut : note().length * cut)

  it.each(CUTS)('is taken up, and still fits after the next start (cut at %d)', async (cut) => {
    await appendFile(journal, cutAt(cut))
    const ledger = await bare.start()
    await ledger.append(draft('recording.gap'))
    const next = await ledger.checkpoint()
    await bare.stop()
    expect(await readFile(journal, 'utf8')).toBe(`${whole}${next}\n`)
    const again = await bare.start()
    expect(await again.checkpoint()).toBe(next)
  })

  it('does not excuse a note of another key', async () => {
    await writeFile(journal, whole.replace(/— (\S+) (....)/g, '— $1 AAAA'))
    await expect(bare.start()).rejects.toMatchObject({ code: 'ledger.contradiction' })
  })

  it('does not excuse a database that is older than its notes', async () => {
    const older = await readFile(join(bare.directory, 'ledger.db'))
    const ledger = await bare.start()
    await ledger.append(draft('recording.gap'))
    await ledger.checkpoint()
    await bare.stop()
    for (const name of ['ledger.db-wal', 'ledger.db-shm'])
      await rm(join(bare.directory, name), { force: true })
    await writeFile(join(bare.directory, 'ledger.db'), older)
    await expect(bare.start()).rejects.toMatchObject({ code: 'ledger.contradiction' })
  })
})
