import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, type Id, systemClock, systemRandom, timestamp } from '../../src/kernel/index.ts'
import { createLedgerKeys, Ledger, type LogSigner, openLedgerKeys } from '../../src/recording/ledger/index.ts'
import type { EventDraft, EventKind } from '../../src/recording/record/index.ts'
import { type Database, type DatabasePlace, openDatabase } from '../../src/storage/index.ts'
import { dropDatabase } from './postgres/databases.ts'

const ids = createIds(systemClock, systemRandom)

/** A real ledger without projections, in a directory (and a database) that `dispose` removes. */
export class BareLedger implements AsyncDisposable {
  readonly directory: string
  readonly place: DatabasePlace
  #ledger: Ledger | undefined
  #database: Database | undefined

  constructor(directory = temporaryDirectory(), place: DatabasePlace = fileIn(directory)) {
    this.directory = directory
    this.place = place
  }

  get ledger(): Ledger {
    if (this.#ledger === undefined) throw new Error('call start() first')
    return this.#ledger
  }

  /** Opens the ledger with its own log key, made if need be, or with another signer. */
  async start(signer?: LogSigner): Promise<Ledger> {
    const log = signer ?? (await this.#ownSigner())
    this.#database = await openDatabase(this.place)
    this.#ledger = await Ledger.open({
      database: this.#database,
      node: 'n1',
      writerFile: new URL('./bare-writer.ts', import.meta.url),
      projections: [],
      signer: log,
      journalDirectory: join(this.directory, 'signed'),
    })
    return this.#ledger
  }

  async #ownSigner(): Promise<LogSigner> {
    const keys = join(this.directory, 'keys')
    await openLedgerKeys(keys).catch(() => createLedgerKeys(keys, 'ledger.example/v1'))
    return (await openLedgerKeys(keys)).log
  }

  async stop(): Promise<void> {
    await this.#ledger?.close()
    this.#ledger = undefined
    await this.#database?.close()
    this.#database = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (this.place.engine === 'postgres') await dropDatabase(this.place.url)
    rmSync(this.directory, { recursive: true, force: true })
  }
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'custody-ledger-'))
}

function fileIn(directory: string): DatabasePlace {
  return { engine: 'sqlite', path: join(directory, 'ledger.db') }
}

/** A well-formed draft with made-up content. */
export function draft(kind: EventKind, fields: Partial<EventDraft> = {}): EventDraft {
  return { id: ids('evt'), kind, at: timestamp(systemClock.now()), actor: 'system', data: {}, ...fields }
}

export function newRun(): Id<'run'> {
  return ids('run')
}
