import type { Identity, IdentityTables } from '../governing/identity/index.ts'
import type { RecordingLevels } from '../governing/recording-level/index.ts'
import { createPrices } from '../governing/spend/index.ts'
import type { Scim, ScimSettings } from '../integrations/scim/index.ts'
import {
  type Clock,
  createIds,
  type Id,
  type Ids,
  packageVersion,
  systemClock,
  systemRandom,
  timestamp,
} from '../kernel/index.ts'
import { Gateway, type UpstreamOptions, Upstreams, type Vendor } from '../proxying/gateway/index.ts'
import { type ExternalKey, KeyRegister, type Ledger, type LogPublisher } from '../recording/ledger/index.ts'
import { Runs, type RunTables, runsWithoutRecord, SharedRuns } from '../recording/runs/index.ts'
import { openVaultKey, Vault, type VaultTables } from '../recording/vault/index.ts'
import { type Database, lockDirectory, openDatabase, type Reader, type Write } from '../storage/index.ts'
import { Attesting } from './attesting.ts'
import { checkDataDirectory, type DataDirectory, placeOf } from './data-directory.ts'
import { createForgetting, type Forgetting } from './forgetting.ts'
import type { Leavers } from './leavers.ts'
import { logLine } from './log-line.ts'
import type { LogWitnesses, WitnessSettings } from './log-witnesses.ts'
import { Metrics } from './metrics.ts'
import { openFollowUps, openIdentity } from './open-identity.ts'
import { openLog } from './open-log.ts'
import { openScim } from './open-scim.ts'
import { createPartsWatch, type PartsWatch } from './parts-watch.ts'
import type { SignInSettings } from './sign-in/index.ts'

/** Everything a server is made of, put together. Routes and the gateway get what they need from here. */
export interface Services {
  readonly directory: DataDirectory
  readonly version: string
  readonly ledger: Ledger
  readonly publisher: LogPublisher
  readonly vault: Vault
  readonly runs: Runs
  readonly identity: Identity
  readonly leavers: Leavers
  readonly recordingLevels: RecordingLevels
  readonly scim: Scim
  readonly gateway: Gateway
  readonly forgetting: Forgetting
  readonly partsWatch: PartsWatch
  readonly keys: KeyRegister
  readonly attesting: Attesting
  readonly witnesses: LogWitnesses
  readonly metrics: Metrics
  readonly clock: Clock
  readonly ids: Ids
  readonly logVkey: string
  readonly reader: Reader<RunTables>
  readonly database: Database
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
  /** The address of a PostgreSQL; without it everything is in the data directory's own file. */
  readonly database?: string
  /** This server's name in the events it records; `n1` when nothing is said. */
  readonly node?: string
  /** The machine's clock unless a test says otherwise. */
  readonly clock?: Clock
  /** Without them the server has no witnesses. */
  readonly witness?: WitnessSettings
  /** Keys behind a key service, beside those in files. */
  readonly keyServices?: readonly ExternalKey[]
  /** Who shows it may read the metrics; so may persons and services with the role. */
  readonly metricsToken?: () => string | undefined
  /** What the company's directory may do, beyond what is usual. */
  readonly scim?: ScimSettings
  /** How persons sign in; without it by password and one-time link. */
  readonly signIn?: SignInSettings
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
  const vaultKey = await openVaultKey(directory.vaultKey)
  const database = await openDatabase(placeOf(directory, settings.database))
  opening.defer(() => database.close())
  const clock = settings.clock ?? systemClock
  const log = await openLog({ directory, settings, database, clock, report })
  opening.defer(() => log.close())
  const { keys, ledger, publisher, witnesses } = log
  const reader = database.reader<VaultTables & RunTables & IdentityTables>()
  const version = packageVersion()
  const ids = createIds(clock, systemRandom)
  const write = (writes: readonly Write[]) => ledger.write(writes)
  const vault = new Vault({ key: vaultKey, reader, directory: directory.parts, clock, ids, write })
  const register = await KeyRegister.open({ ledger, keys, clock, ids })
  const attesting = new Attesting({ ledger, vault, keys: register, clock, ids, version, report })
  const onEnded = (run: Id<'run'>) => attesting.attest(run)
  const isShared = database.place.engine === 'postgres'
  const others = isShared ? { shared: new SharedRuns({ ledger, reader, clock }) } : {}
  const { recorder } = settings
  const runs = new Runs({ ...{ ledger, vault, reader, clock, ids, recorder }, onEnded, ...others })
  const identity = await openIdentity({ directory, ledger, reader, clock, ids, vault, report })
  opening.defer(() => identity.denials.flush())
  const upstreams = new Upstreams(settings.upstreams)
  opening.defer(() => upstreams.close())
  const { maxBodyBytes } = settings
  const calls = { runs, identity, upstreams, clock, ids, maxBodyBytes }
  const reportCall = (call: string, error: unknown) => report(logLine(call, error))
  const gateway = new Gateway({ ...calls, prices: await createPrices(), report: reportCall })
  opening.defer(() => gateway.settled())

  // Another server signs what it ended just now.
  const endedBefore = isShared ? timestamp(clock.now() - SIGNED_WITHIN_MS) : undefined
  for (const { id } of await runsWithoutRecord(reader, endedBefore)) await onEnded(id as Id<'run'>)
  await runs.resume()
  const shared = { ledger, vault, runs, identity, database, clock, ids }
  const { leavers, recordingLevels, close } = await openFollowUps({ ...shared, reader, directory, report })
  opening.defer(close)
  const forgetting = createForgetting({ ...shared, keys: register, report })
  await forgetting.erasures.finish()
  const partsWatch = createPartsWatch({ ledger, vault })
  const scim = await openScim({ ...shared, settings: settings.scim, report })
  const resources = opening.move()
  return {
    ...{ directory, version, ledger, publisher, vault, runs, identity, gateway, forgetting, clock, ids },
    partsWatch,
    scim,
    leavers,
    recordingLevels,
    keys: register,
    attesting,
    witnesses,
    metrics: new Metrics({ directory, ledger, publisher, witnesses, attesting, runs, clock }),
    logVkey: keys.log.vkeyText,
    reader,
    database,
    settings,
    close: () => resources.disposeAsync(),
  }
}

/** How long a server has to sign the record of a run that it ended. */
const SIGNED_WITHIN_MS = 60_000
