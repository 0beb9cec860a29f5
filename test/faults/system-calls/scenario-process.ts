import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Ledger,
  LogPublisher,
  ledgerSource,
  openLedgerKeys,
} from '../../../src/recording/ledger/index.ts'
import { BareLedger, draft } from '../../support/bare-ledger.ts'
import type { Told } from './told.ts'

/*
 * One life of a ledger: `node scenario-process.ts DIRECTORY (close|leave) (small|large)`. It starts, appends and publishes one thing
 * after the other, and tells on standard output, one line each, what a client would have been told. `close` ends in
 * good order, `leave` as a process that is killed.
 */

const WORK: Readonly<Record<string, Work>> = {
  // Alone, in one transaction, past the end of a tile, and again after whatever went wrong before.
  small: { appends: [3, 254, 20, 1, 1], entryBytes: 0 },
  large: { appends: [280, 280, 1, 1], entryBytes: 60_000 },
}

interface Work {
  readonly appends: readonly number[]
  /** Of each entry of a large transaction; 0 for small events only. */
  readonly entryBytes: number
}

const [directory = '', end, size = 'small'] = process.argv.slice(2)
const STDOUT = 1
const work = WORK[size] ?? { appends: [], entryBytes: 0 }
const tell = (told: Told) => writeSync(STDOUT, `${JSON.stringify(told)}\n`)

const bare = new BareLedger(directory)
try {
  const ledger = await bare.start()
  await attempt('append', () => append(ledger, 1))
  await attempt('sign', async () => ({ seen: await ledger.checkpoint() }))
  const publisher = await openPublisher(ledger)
  for (const count of work.appends) {
    await attempt('append', () => append(ledger, count))
    await attempt('publish', () => publish(publisher))
  }
} catch (error) {
  tell({ refused: 'start', code: codeOf(error) })
}
if (end === 'leave') process.exit()
await attempt('close', () => bare.stop().then(() => ({ done: 'close' })))

async function openPublisher(ledger: Ledger): Promise<LogPublisher> {
  return LogPublisher.open({
    source: ledgerSource(ledger),
    vkey: (await openLedgerKeys(join(directory, 'keys'))).log.vkey,
    directory: join(directory, 'log'),
    temporary: join(directory, 'log-tmp'),
  })
}

async function append(ledger: Ledger, count: number): Promise<Told> {
  const data = count === 1 || work.entryBytes === 0 ? {} : { filling: 'x'.repeat(work.entryBytes) }
  const drafts = Array.from({ length: count }, () => draft('recording.gap', { data }))
  const positions = await ledger.appendAll(drafts)
  return { appended: positions.map(({ index }, i) => [index, drafts[i]?.id ?? '']) }
}

async function publish(publisher: LogPublisher): Promise<Told> {
  await publisher.publish()
  return { seen: readFileSync(join(directory, 'log', 'checkpoint'), 'utf8') }
}

async function attempt(what: string, work: () => Promise<Told>): Promise<void> {
  const told = await work().catch((error: unknown) => ({ refused: what, code: codeOf(error) }))
  tell(told)
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return String(code ?? message)
}
