import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, type Id, systemClock, systemRandom, timestamp } from '../../src/kernel/index.ts'
import { createLedgerKeys, Ledger, openLedgerKeys } from '../../src/recording/ledger/index.ts'
import type { EventDraft, EventKind } from '../../src/recording/record/index.ts'

const ids = createIds(systemClock, systemRandom)

/** A real ledger without projections, in a directory that `dispose` removes. */
export class BareLedger implements AsyncDisposable {
  readonly directory: string
  #ledger: Ledger | undefined

  constructor(directory = mkdtempSync(join(tmpdir(), 'custody-ledger-'))) {
    this.directory = directory
  }

  get ledger(): Ledger {
    if (this.#ledger === undefined) throw new Error('call start() first')
    return this.#ledger
  }

  async start(): Promise<Ledger> {
    const keys = join(this.directory, 'keys')
    await openLedgerKeys(keys).catch(() => createLedgerKeys(keys, 'ledger.example/v1'))
    this.#ledger = await Ledger.open({
      databasePath: join(this.directory, 'ledger.db'),
      node: 'n1',
      writerFile: new URL('./bare-writer.ts', import.meta.url),
      signer: (await openLedgerKeys(keys)).log,
      journalDirectory: join(this.directory, 'signed'),
    })
    return this.#ledger
  }

  async stop(): Promise<void> {
    await this.#ledger?.close()
    this.#ledger = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A well-formed draft with made-up content. */
export function draft(kind: EventKind, fields: Partial<EventDraft> = {}): EventDraft {
  return { id: ids('evt'), kind, at: timestamp(systemClock.now()), actor: 'system', data: {}, ...fields }
}

export function newRun(): Id<'run'> {
  return ids('run')
}
