import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Failure } from '../../kernel/index.ts'
import { type Disk, openReader, type Write } from '../../storage/index.ts'
import type { EventDraft } from '../record/index.ts'
import type { AppendFailure, AppendUnit, PendingEntry, Position, UnitOutcome } from './append.ts'
import { CheckpointSigner } from './checkpoints.ts'
import { ledgerFailures } from './failures.ts'
import type { LogSigner } from './keys.ts'
import { type PackedUnit, packUnit } from './packed-unit.ts'
import { EntryStore, type StoredEntry } from './store.ts'
import { consistencyProofAt, inclusionProofAt, rootAt } from './tree.ts'
import type { FromWriter, ToWriter, WriterOptions } from './writer-thread.ts'

export interface LedgerOptions extends WriterOptions {
  /** The worker file that calls `serveWriter` with every module's projections. */
  readonly writerFile: URL
  readonly signer: LogSigner
  /** Directory of the journal of signed checkpoints. */
  readonly journalDirectory: string
  /** What the journal is written with; the machine's disk unless a test says otherwise. */
  readonly disk?: Disk
}

/** Refused beyond this many units in flight: memory stays bounded when the disk is slower than the callers. */
const MAX_WAITING = 8192

/**
 * The append-only log of this server. An append resolves when it is durable and its index is final; it rejects with a
 * Failure (`ledger.*`) and then nothing of it is stored. Reads see durable entries only.
 */
export class Ledger {
  readonly #worker: Worker
  readonly #database: DatabaseSync
  readonly #store: EntryStore
  readonly #checkpoints: CheckpointSigner
  readonly #waiting: Waiting[] = []
  #unsent: PackedUnit[] = []
  #broken: string | undefined
  #ended: (() => void) | undefined

  private constructor(worker: Worker, database: DatabaseSync, checkpoints: CheckpointSigner) {
    this.#worker = worker
    this.#database = database
    this.#store = new EntryStore(database)
    this.#checkpoints = checkpoints
    worker.on('message', (message: FromWriter) => this.#receive(message))
    worker.on('error', (error) => this.#break(error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => this.#break('the writer thread ended'))
  }

  /** Starts the writer, recovers, and holds the signed journal against the entries (`ledger.contradiction`). */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const { databasePath, node, signer } = options
    const worker = new Worker(options.writerFile, {
      workerData: { databasePath, node } satisfies WriterOptions,
    })
    await started(worker)
    const database = openReader(databasePath)
    try {
      const store = new EntryStore(database)
      const { journalDirectory: directory, disk } = options
      const deps = { store, signer, directory, ...(disk === undefined ? {} : { disk }) }
      const checkpoints = await CheckpointSigner.open(deps)
      return new Ledger(worker, database, checkpoints)
    } catch (error) {
      database.close()
      await worker.terminate()
      throw error
    }
  }

  /** Appends one event, with writes that must stand or fall with it. */
  async append(draft: EventDraft, writes: readonly Write[] = []): Promise<Position> {
    const [position] = await this.appendAll([draft], writes)
    if (position === undefined) throw new Error('the writer answered without a position')
    return position
  }

  /** Appends events in order as one transaction. A draft whose id is stored already keeps its first position. */
  appendAll(drafts: readonly EventDraft[], writes: readonly Write[] = []): Promise<readonly Position[]> {
    return this.#send({ entries: drafts.map((draft) => ({ type: 'event', draft })), writes })
  }

  /** Appends entries that are not events (their bytes are stored as given) and events as one transaction. */
  appendTogether(
    entries: readonly PendingEntry[],
    writes: readonly Write[] = [],
  ): Promise<readonly Position[]> {
    return this.#send({ entries, writes })
  }

  /** Runs writes that belong to no event (expiry of tokens, for instance), durably. */
  async write(writes: readonly Write[]): Promise<void> {
    await this.#send({ entries: [], writes })
  }

  /** How many entries are durable. */
  size(): number {
    return this.#store.size()
  }

  entry(index: number): StoredEntry | undefined {
    return this.#store.entry(index)
  }

  entryByRecordId(recordId: string): StoredEntry | undefined {
    return this.#store.entryByRecordId(recordId)
  }

  /** The run's entries in order, at most `limit` from `fromSeq` on. */
  entriesOfRun(run: string, fromSeq = 0, limit = 10_000): readonly StoredEntry[] {
    return this.#store.entriesOfRun(run, fromSeq, limit)
  }

  entriesOfKind(kind: string): readonly StoredEntry[] {
    return this.#store.entriesOfKind(kind)
  }

  root(size: number): Uint8Array {
    return rootAt(this.#store, size)
  }

  /** Proof that entry `index` is in the tree of the first `size` entries, leaf's sibling first. */
  inclusionProof(index: number, size: number): readonly Uint8Array[] {
    return inclusionProofAt(this.#store, index, size)
  }

  /** Proof that the first `oldSize` entries (at least 1) are the beginning of the first `newSize`. */
  consistencyProof(oldSize: number, newSize: number): readonly Uint8Array[] {
    return oldSize === newSize ? [] : consistencyProofAt(this.#store, oldSize, newSize)
  }

  /** Entries in order, at most `limit` of them from `fromIndex` on. */
  entriesFrom(fromIndex: number, limit: number): readonly StoredEntry[] {
    return this.#store.entriesFrom(fromIndex, limit)
  }

  /** A signed note over everything durable now, or over at least the first `size`; journalled before it is returned. */
  checkpoint(size?: number): Promise<string> {
    return this.#checkpoints.sign(size)
  }

  /** How many entries the last signed checkpoint covers; undefined before the first. */
  get signedSize(): number | undefined {
    return this.#checkpoints.signedSize
  }

  /** False once the writer has stopped for good. */
  get healthy(): boolean {
    return this.#broken === undefined
  }

  /** Finishes what is waiting and closes both connections. */
  async close(): Promise<void> {
    this.#flush()
    if (this.#broken === undefined) {
      const ended = new Promise<void>((resolve) => {
        this.#ended = resolve
      })
      this.#post({ close: true })
      await ended
    }
    await this.#worker.terminate()
    if (this.#database.isOpen) this.#database.close()
  }

  #send(unit: AppendUnit): Promise<readonly Position[]> {
    if (this.#broken !== undefined) return Promise.reject(toFailure('stopped', this.#broken))
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(
        ledgerFailures.create('overloaded', `${MAX_WAITING} appends are waiting; try again in a moment.`),
      )
    }
    return new Promise((resolve, reject) => {
      const packed = packUnit(unit)
      this.#waiting.push({ resolve, reject })
      this.#unsent.push(packed)
      // One message for everything that is appended in this turn of the event loop.
      if (this.#unsent.length === 1) setImmediate(() => this.#flush())
    })
  }

  #flush(): void {
    if (this.#unsent.length === 0) return
    const units = this.#unsent
    this.#unsent = []
    this.#post({ units })
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromWriter): void {
    if ('closed' in message) {
      this.#ended?.()
    } else if ('outcomes' in message) {
      for (const outcome of message.outcomes) this.#settle(outcome)
    }
  }

  #settle(outcome: UnitOutcome): void {
    const waiting = this.#waiting.shift()
    if (outcome.ok) {
      waiting?.resolve(outcome.positions)
      return
    }
    if (outcome.failure === 'stopped') this.#broken ??= outcome.detail
    waiting?.reject(toFailure(outcome.failure, outcome.detail))
  }

  #break(detail: string): void {
    this.#broken ??= detail
    for (const waiting of this.#waiting.splice(0)) waiting.reject(toFailure('stopped', detail))
    this.#ended?.()
  }
}

interface Waiting {
  resolve(positions: readonly Position[]): void
  reject(failure: Failure): void
}

const MESSAGES: Readonly<Record<AppendFailure, (detail: string) => string>> = {
  'entry-too-large': (detail) =>
    `The event has ${detail}, more than the 65,535 an entry may have; put bodies into parts.`,
  'run-sealed': (detail) => `${detail} is closed; open a new run.`,
  'run-unknown': (detail) => `${detail} was never opened; open it first.`,
  contradicts: () => 'It contradicts what is stored (the same id or name twice); nothing of it was stored.',
  'disk-full': () => 'The disk is full, so nothing can be recorded; free space and try again.',
  stopped: () =>
    'The ledger stopped after a failed write; restart the server, which recovers or says why it cannot.',
}

function toFailure(failure: AppendFailure, detail: string): Failure {
  return ledgerFailures.create(failure, MESSAGES[failure](detail), { cause: new Error(detail) })
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.off('error', reject)
      resolve()
    })
    worker.once('error', reject)
  })
}
