import { Identity, type IdentityTables } from '../governing/identity/index.ts'
import { createPrices } from '../governing/spend/index.ts'
import {
  type Clock,
  createIds,
  type Id,
  type Ids,
  packageVersion,
  sha256Hex,
  systemClock,
  systemRandom,
  timestamp,
} from '../kernel/index.ts'
import { Gateway, type UpstreamOptions, Upstreams, type Vendor } from '../proxying/gateway/index.ts'
import {
  Ledger,
  LogPublisher,
  type LogSigner,
  ledgerSource,
  openLedgerKeys,
  type StatementSigner,
} from '../recording/ledger/index.ts'
import { attestRun, Runs, type RunTables, runsWithoutRecord } from '../recording/runs/index.ts'
import { openVaultKey, Vault, type VaultTables } from '../recording/vault/index.ts'
import { createReader, lockDirectory, openReader, type Reader } from '../storage/index.ts'
import { checkDataDirectory, type DataDirectory } from './data-directory.ts'
import { logLine } from './log-line.ts'

/** Everything a server is made of, put together. Routes and the gateway get what they need from here. */
export interface Services {
  readonly directory: DataDirectory
  readonly version: string
  readonly ledger: Ledger
  readonly publisher: LogPublisher
  readonly vault: Vault
  readonly runs: Runs
  readonly identity: Identity
  readonly gateway: Gateway
  readonly signer: StatementSigner
  readonly clock: Clock
  readonly ids: Ids
  readonly logVkey: string
  readonly reader: Reader<RunTables>
  readonly settings: ServiceSettings
  /** Records what is in flight, then closes files and frees the data directory. */
  close(): Promise<void>
}

export interface ServiceSettings {
  readonly upstreams: Partial<Readonly<Record<Vendor, UpstreamOptions>>>
  readonly maxBodyBytes: number
  readonly abandonAfterMs: number
  readonly tokenLifetimeMs: number
  readonly recorder: 'server' | 'embedded'
}

/**
 * Opens a data directory for serving: takes its lock, recovers the ledger, ends runs whose recorder died with their
 * server and signs records that were left unsigned. Throws `storage.*` and `ledger.*` Failures; then nothing stays open.
 */
export async function openServices(
  directory: DataDirectory,
  settings: ServiceSettings,
  report: (line: string) => void = () => undefined,
): Promise<Services> {
  await checkDataDirectory(directory)
  await using opening = new AsyncDisposableStack()
  const lock = lockDirectory(directory.root)
  opening.defer(() => lock.release())
  const keys = await openLedgerKeys(directory.keys)
  const vaultKey = await openVaultKey(directory.vaultKey)
  const ledger = await Ledger.open({
    databasePath: directory.database,
    node: 'n1',
    writerFile: new URL('./writer-thread.ts', import.meta.url),
    signer: keys.log,
    journalDirectory: directory.journal,
  })
  opening.defer(() => ledger.close())
  const publisher = await openPublisher(ledger, keys.log, directory)
  opening.defer(() => publishTheRest(publisher, report))
  const database = openReader(directory.database)
  opening.defer(() => database.close())
  const reader = createReader<VaultTables & RunTables & IdentityTables>(database)
  const [clock, random, version] = [systemClock, systemRandom, packageVersion()]
  const ids = createIds(clock, random)
  const vault = new Vault({ key: vaultKey, reader, directory: directory.parts })
  const onEnded = (run: Id<'run'>) =>
    attestRun(run, { ledger, vault, signer: keys.statement, clock, ids, version })
  const runs = new Runs({ ledger, vault, reader, clock, ids, recorder: settings.recorder, onEnded })
  const identity = new Identity({ ledger, reader, clock, ids, random })
  const upstreams = new Upstreams(settings.upstreams)
  opening.defer(() => upstreams.close())
  const { maxBodyBytes } = settings
  const gateway = new Gateway({
    runs,
    identity,
    prices: await createPrices(),
    upstreams,
    clock,
    ids,
    maxBodyBytes,
    report: (call, error) => report(logLine(call, error)),
  })
  opening.defer(() => gateway.settled())

  await registerKey(ledger, keys.statement, ids('evt'))
  for (const { id } of await runsWithoutRecord(reader)) await onEnded(id as Id<'run'>)
  await runs.resume()
  const resources = opening.move()
  return {
    directory,
    version,
    ledger,
    publisher,
    vault,
    runs,
    identity,
    gateway,
    signer: keys.statement,
    clock,
    ids,
    logVkey: keys.log.vkeyText,
    reader,
    settings,
    close: () => resources.disposeAsync(),
  }
}

/** Held against the ledger before anything is added to it. */
function openPublisher(ledger: Ledger, { vkey }: LogSigner, directory: DataDirectory): Promise<LogPublisher> {
  const { log, unfinishedLog: temporary } = directory
  return LogPublisher.open({ source: ledgerSource(ledger), vkey, directory: log, temporary })
}

/** What was recorded last is published too; a log that could not be kept up has been reported and does not hold this up. */
async function publishTheRest(publisher: LogPublisher, report: (line: string) => void): Promise<void> {
  if (publisher.state.status === 'stopped') return
  await publisher.publish().catch((error: unknown) => report(logLine('publishing the log:', error)))
}

/** A statement key counts from its `key.added` entry on, so the entry comes before anything it signs. */
async function registerKey(ledger: Ledger, signer: StatementSigner, id: Id<'evt'>): Promise<void> {
  const known = ledger
    .entriesOfKind('key.added')
    .some((entry) => Buffer.from(entry.body).includes(signer.keyId))
  if (known) return
  const data = {
    publicKeySha256: sha256Hex(signer.spkiDer),
    use: 'statements',
    algorithm: 'ecdsa-p256-sha256',
  }
  await ledger.append({ id, kind: 'key.added', at: timestamp(systemClock.now()), actor: 'system', data })
}
