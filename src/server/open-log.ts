import type { Clock } from '../kernel/index.ts'
import {
  Ledger,
  type LedgerKeys,
  LogPublisher,
  ledgerSource,
  openLedgerKeys,
} from '../recording/ledger/index.ts'
import type { Database } from '../storage/index.ts'
import type { ServiceSettings } from './composition.ts'
import type { DataDirectory } from './data-directory.ts'
import { logLine } from './log-line.ts'
import { LogWitnesses } from './log-witnesses.ts'
import { PROJECTIONS } from './projections.ts'

/** The ledger with the keys that are at hand, its published log, and the witnesses of that. */
export interface OpenLog {
  readonly keys: LedgerKeys
  readonly ledger: Ledger
  readonly publisher: LogPublisher
  readonly witnesses: LogWitnesses
  /** Publishes what was recorded last. */
  close(): Promise<void>
}

interface Deps {
  readonly directory: DataDirectory
  readonly settings: ServiceSettings
  readonly database: Database
  readonly clock: Clock
  report(line: string): void
}

/** Opens them and holds them against each other; throws `ledger.*` and `witness.*`, and then nothing stays open. */
export async function openLog({ directory, settings, database, clock, report }: Deps): Promise<OpenLog> {
  await using opening = new AsyncDisposableStack()
  const keys = await openLedgerKeys(directory.keys, settings.keyServices)
  const ledger = await Ledger.open({
    database,
    node: settings.node ?? 'n1',
    writerFile: new URL('./writer-thread.ts', import.meta.url),
    projections: PROJECTIONS,
    signer: keys.log,
    journalDirectory: directory.journal,
  })
  opening.defer(() => ledger.close())
  const { vkey } = keys.log
  const witnessed = { directory, settings: settings.witness, ledger, vkey, clock, report }
  const witnesses = await LogWitnesses.open(witnessed)
  const publisher = await LogPublisher.open({
    source: ledgerSource(ledger),
    vkey,
    directory: directory.log,
    temporary: directory.unfinishedLog,
    cosigned: (note) => witnesses.cosigned(note),
  })
  opening.defer(() => publishTheRest(publisher, report))
  const resources = opening.move()
  return { keys, ledger, publisher, witnesses, close: () => resources.disposeAsync() }
}

/** What was recorded last is published too; a log that could not be kept up has been reported and does not hold this up. */
async function publishTheRest(publisher: LogPublisher, report: (line: string) => void): Promise<void> {
  if (publisher.state.status === 'stopped') return
  await publisher.publish().catch((error: unknown) => report(logLine('publishing the log:', error)))
}
