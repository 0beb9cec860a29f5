import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkLedger,
  LogPublisher,
  ledgerSource,
  openLedgerKeys,
} from '../../../src/recording/ledger/index.ts'
import type { Vkey } from '../../../src/recording/verify/index.ts'
import { BareLedger, draft } from '../../support/bare-ledger.ts'
import { DurableView } from '../../support/durable-view.ts'
import { checkpointHolds } from '../../support/tree-check.ts'
import { isAppended, isSeen, type Told } from './told.ts'

/**
 * Starts a ledger again in a directory in which a life has ended, works with it, and says in which way it breaks what the
 * clients were told; an empty list is the only good answer.
 */
export async function complaintsAfter(directory: string, told: readonly Told[]): Promise<readonly string[]> {
  const { vkey, vkeyText } = (await openLedgerKeys(join(directory, 'keys'))).log
  const check = () => fsck(directory, vkey)
  // A first start that nobody was told the end of may have left half a database.
  const before = told.some(isAppended) || told.some(isSeen) ? await check() : []
  const bare = new BareLedger(directory)
  try {
    await workOn(bare)
  } catch (error) {
    return [`does not start or go on: ${String(error)}`, ...before]
  } finally {
    await bare.stop()
  }
  return [
    ...before,
    ...(await check()),
    ...lostEntries(directory, told),
    ...brokenCheckpoints(directory, vkeyText, told),
  ]
}

async function fsck(directory: string, vkey: Vkey): Promise<readonly string[]> {
  const report = await checkLedger({
    database: { engine: 'sqlite', path: join(directory, 'ledger.db') },
    journalDirectory: join(directory, 'signed'),
    logDirectory: join(directory, 'log'),
    vkey,
  }).catch((error: unknown) => ({ findings: [{ part: 'entries', detail: String(error) }] }))
  return report.findings
    .filter(({ detail }) => !isAhead(detail))
    .map(({ part, detail }) => `fsck (${part}): ${detail}`)
}

/** Tiles stand before the checkpoint that covers them is shown: they belong to a log that was about to be. */
function isAhead(detail: string): boolean {
  return /is not part of a log of/.test(detail)
}

async function workOn(bare: BareLedger): Promise<void> {
  const { directory } = bare
  const ledger = await bare.start()
  await ledger.append(draft('recording.gap'))
  const publisher = await LogPublisher.open({
    source: ledgerSource(ledger),
    vkey: (await openLedgerKeys(join(directory, 'keys'))).log.vkey,
    directory: join(directory, 'log'),
    temporary: join(directory, 'log-tmp'),
  })
  await publisher.publish()
}

function lostEntries(directory: string, told: readonly Told[]): readonly string[] {
  using view = new DurableView(join(directory, 'ledger.db'))
  const ids = view.entries().map(({ recordId }) => recordId)
  return told
    .filter(isAppended)
    .flatMap(({ appended }) => appended)
    .filter(([index, id]) => ids[index] !== id)
    .map(([index, id]) => `entry ${index} was acknowledged as ${id} and is ${ids[index] ?? 'gone'}`)
}

function brokenCheckpoints(directory: string, vkey: string, told: readonly Told[]): readonly string[] {
  using view = new DurableView(join(directory, 'ledger.db'))
  const bodies = view.entries().map(({ body }) => body)
  const journal = readFileSync(join(directory, 'signed', 'checkpoints'), 'utf8')
  const sizes = [...journal.matchAll(/^ledger\.example\/v1\n(\d+)\n/gm)].map(([, size]) => Number(size))
  const seen = [...new Set(told.filter(isSeen).map((one) => one.seen))]
  return [
    ...seen.filter((note) => !checkpointHolds(note, vkey, bodies)).map((note) => `does not hold: ${note}`),
    ...seen.filter((note) => !journal.includes(note)).map((note) => `is not in the journal: ${note}`),
    ...(sizes.every((size, i) => i === 0 || size > (sizes[i - 1] ?? 0))
      ? []
      : [`signed sizes fall: ${sizes.join(', ')}`]),
  ]
}
