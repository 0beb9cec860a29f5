import type { Database, Disk, Write } from '../../storage/index.ts'
import type { EventDraft } from '../record/index.ts'
import { formatVkey } from '../verify/index.ts'
import type { PendingEntry, Position } from './append.ts'
import { CheckpointSigner } from './checkpoints.ts'
import { EntryReader, type StoredEntry } from './entry-reader.ts'
import { bindToLog } from './log-binding.ts'
import { consistencyProofAt, inclusionProofAt, rootAt } from './proofs.ts'
import { SharedCheckpoints } from './shared-checkpoints.ts'
import type { LogSigner } from './signing/signer.ts'
import { AppendQueue } from './writing/append-queue.ts'
import type { Projection } from './writing/plan-batch.ts'
import { PostgresWriter } from './writing/postgres-writer.ts'
import { ThreadWriter } from './writing/thread-writer.ts'
import type { Writer, WriterEvents } from './writing/writer.ts'

export interface LedgerOptions {
  readonly database: Database
  /** Name of this server in every event it writes. */
  readonly node: string
  /** The worker file that calls `serveWriter` with every module's projections: SQLite is written in a thread. */
  readonly writerFile: URL
  /** The same projections: PostgreSQL is written from here. */
  readonly projections: readonly Projection[]
  readonly signer: LogSigner
  /** Directory of the journal of signed checkpoints. */
  readonly journalDirectory: string
  /** What the journal is written with; the machine's disk unless a test says otherwise. */
  readonly disk?: Disk
}

/**
 * The append-only log of this server. An append resolves when it is durable and its index is final; it rejects with a
 * Failure (`ledger.*`) and then nothing of it is stored. Reads see durable entries only.
 */
export class Ledger {
  readonly #queue: AppendQueue
  readonly #entries: EntryReader
  readonly #checkpoints: CheckpointSigner
  readonly #shared: SharedCheckpoints | undefined

  private constructor(parts: LedgerParts) {
    this.#queue = parts.queue
    this.#entries = parts.entries
    this.#checkpoints = parts.checkpoints
    this.#shared = parts.shared
  }

  /** Starts the writer, recovers, and holds the signed journal against the entries (`ledger.contradiction`). */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const { database, node, signer, journalDirectory: directory, disk } = options
    const entries = new EntryReader(database.reader())
    const queue = await AppendQueue.open(node, (events) => startWriter(options, events))
    try {
      const deps = { entries, signer, directory, ...(disk === undefined ? {} : { disk }) }
      const checkpoints = await CheckpointSigner.open(deps)
      await bindToLog(database.reader(), formatVkey(signer.vkey), (writes) =>
        queue.send({ entries: [], writes }),
      )
      const { place } = database
      const shared = place.engine === 'postgres' ? new SharedCheckpoints(place.url, checkpoints) : undefined
      return new Ledger({ queue, entries, checkpoints, shared })
    } catch (error) {
      await queue.close()
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
    return this.#queue.send({ entries: drafts.map((draft) => ({ type: 'event', draft })), writes })
  }

  /** Appends entries that are not events (their bytes are stored as given) and events as one transaction. */
  appendTogether(
    entries: readonly PendingEntry[],
    writes: readonly Write[] = [],
  ): Promise<readonly Position[]> {
    return this.#queue.send({ entries, writes })
  }

  /** Runs writes that belong to no event (expiry of tokens, for instance), durably. */
  async write(writes: readonly Write[]): Promise<void> {
    await this.#queue.send({ entries: [], writes })
  }

  /** How many entries are durable. */
  size(): Promise<number> {
    return this.#entries.size()
  }

  entry(index: number): Promise<StoredEntry | undefined> {
    return this.#entries.entry(index)
  }

  entryByRecordId(recordId: string): Promise<StoredEntry | undefined> {
    return this.#entries.entryByRecordId(recordId)
  }

  /** The run's entries in order, at most `limit` from `fromSeq` on. */
  entriesOfRun(run: string, fromSeq = 0, limit = 10_000): Promise<readonly StoredEntry[]> {
    return this.#entries.entriesOfRun(run, fromSeq, limit)
  }

  entriesOfKind(kind: string): Promise<readonly StoredEntry[]> {
    return this.#entries.entriesOfKind(kind)
  }

  root(size: number): Promise<Uint8Array> {
    return rootAt(this.#entries, size)
  }

  /** Proof that entry `index` is in the tree of the first `size` entries, leaf's sibling first. */
  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    return inclusionProofAt(this.#entries, index, size)
  }

  /** Proof that the first `oldSize` entries (at least 1) are the beginning of the first `newSize`. */
  async consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    return oldSize === newSize ? [] : consistencyProofAt(this.#entries, oldSize, newSize)
  }

  /** Entries in order, at most `limit` of them from `fromIndex` on. */
  entriesFrom(fromIndex: number, limit: number): Promise<readonly StoredEntry[]> {
    return this.#entries.entriesFrom(fromIndex, limit)
  }

  /** A signed note over everything durable now, or over at least the first `size`; journalled before it is returned. */
  checkpoint(size?: number): Promise<string> {
    return (this.#shared ?? this.#checkpoints).sign(size)
  }

  /** How many entries the last signed checkpoint covers; undefined before the first. */
  get signedSize(): number | undefined {
    return this.#checkpoints.signedSize
  }

  /** How many appends have not been answered yet. */
  get waiting(): number {
    return this.#queue.waiting
  }

  /** False once the writer has stopped for good. */
  get healthy(): boolean {
    return this.#queue.healthy
  }

  /** Finishes what is waiting, and ends the writer; the database stays open. */
  async close(): Promise<void> {
    await this.#queue.close()
    await this.#shared?.close()
  }
}

interface LedgerParts {
  readonly queue: AppendQueue
  readonly entries: EntryReader
  readonly checkpoints: CheckpointSigner
  /** Where several servers sign for one ledger. */
  readonly shared: SharedCheckpoints | undefined
}

function startWriter(
  { database, writerFile, projections }: LedgerOptions,
  events: WriterEvents,
): Promise<Writer> {
  const { place } = database
  if (place.engine === 'postgres') return PostgresWriter.start({ url: place.url, projections, events })
  return ThreadWriter.start(writerFile, { databasePath: place.path }, events)
}
