import { type Disk, isOutOfSpace, makePrivateDirectory, systemDisk } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  type Checkpoint,
  checkpointText,
  parseCheckpoint,
  parseNote,
  signatureProblem,
  signedNote,
} from '../verify/index.ts'
import { contradiction } from './contradiction.ts'
import type { EntryReader } from './entry-reader.ts'
import { ledgerFailures } from './failures.ts'
import { CheckpointJournal } from './journal.ts'
import { rootAt } from './proofs.ts'
import { readKeyHistory } from './signing/read-key-history.ts'
import type { LogSigner } from './signing/signer.ts'

/**
 * Signs the ledger's head. Every signed checkpoint is in the journal, on disk, before it is returned, and two of them
 * never disagree: the journal is kept outside the database so that a restored database is noticed.
 */
export class CheckpointSigner {
  readonly #entries: EntryReader
  readonly #signer: LogSigner
  readonly #journal: CheckpointJournal
  #last: { readonly size: number; readonly note: string } | undefined
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(entries: EntryReader, signer: LogSigner, journal: CheckpointJournal) {
    this.#entries = entries
    this.#signer = signer
    this.#journal = journal
  }

  /**
   * Opens the journal and holds it against the entries. Throws `ledger.contradiction`, naming what disagrees, when a
   * signed checkpoint is not a prefix of what is stored: signing on would fork the log.
   */
  static async open(deps: {
    readonly entries: EntryReader
    readonly signer: LogSigner
    readonly directory: string
    readonly disk?: Disk
  }): Promise<CheckpointSigner> {
    await makePrivateDirectory(deps.directory)
    const journal = await CheckpointJournal.open(deps.disk ?? systemDisk, deps.directory)
    const checkpoints = new CheckpointSigner(deps.entries, deps.signer, journal)
    const note = journal.last
    if (note !== undefined) {
      checkpoints.#last = { size: (await checkpoints.#checkAgainstEntries(note)).size, note }
    }
    return checkpoints
  }

  /** How many entries the last signed checkpoint covers; undefined before the first. */
  get signedSize(): number | undefined {
    return this.#last?.size
  }

  /**
   * The signed note over every entry that is durable now, or over the first `size`: the last note again when it covers
   * as many, so that sizes in the journal never fall.
   */
  sign(size?: number): Promise<string> {
    const next = this.#queue.then(async () => this.#signNow(size ?? (await this.#entries.size())))
    this.#queue = next.catch(() => undefined)
    return next
  }

  /** Takes over a note that another server signed for this ledger, unless one as large is known; throws as `open` does. */
  adopt(note: string): Promise<void> {
    const next = this.#queue.then(() => this.#adoptNow(note))
    this.#queue = next.catch(() => undefined)
    return next
  }

  /** Holds the last note against the entries again, as `open` does: a database can go back under a server that runs. */
  async confirm(): Promise<void> {
    if (this.#last !== undefined) await this.#checkAgainstEntries(this.#last.note)
  }

  async #adoptNow(note: string): Promise<void> {
    const size = parseCheckpoint(parseNote(note)?.text ?? '')?.size ?? 0
    if (this.#last !== undefined && this.#last.size >= size) return
    await this.#checkAgainstEntries(note)
    await this.#journalize(note)
    this.#last = { size, note }
  }

  async #signNow(size: number): Promise<string> {
    if (this.#last !== undefined && this.#last.size >= size) return this.#last.note
    const text = checkpointText({
      origin: this.#signer.vkey.name,
      size,
      root: await rootAt(this.#entries, size),
    })
    const history = await readKeyHistory(this.#entries)
    const note = signedNote(text, await this.#signer.signaturesOn(text, size, history))
    await this.#journalize(note)
    this.#last = { size, note }
    return note
  }

  async #journalize(note: string): Promise<void> {
    try {
      await this.#journal.append(note)
    } catch (cause) {
      if (!isOutOfSpace(cause)) throw cause
      const message = 'The disk is full, so no checkpoint can be handed out; free space and try again.'
      throw ledgerFailures.create('disk-full', message, { cause })
    }
  }

  async #checkAgainstEntries(noteText: string): Promise<Checkpoint> {
    const note = parseNote(noteText)
    const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text)
    const history = await readKeyHistory(this.#entries)
    const trust = { crypto: nodeCrypto, vkeys: [this.#signer.vkey], history }
    if (
      note === undefined ||
      checkpoint === undefined ||
      signatureProblem(note, checkpoint, trust) !== undefined
    ) {
      throw contradiction(`the last checkpoint in ${this.#journal.path} is not signed by this ledger's key`)
    }
    const size = await this.#entries.size()
    if (size < checkpoint.size) {
      throw contradiction(
        `${checkpoint.size} entries were signed in ${this.#journal.path}, but the database holds ${size}: it is an older copy or was cut`,
      )
    }
    const root = await rootAt(this.#entries, checkpoint.size)
    if (!Buffer.from(root).equals(checkpoint.root)) {
      throw contradiction(
        `the first ${checkpoint.size} entries are not the ones that were signed in ${this.#journal.path}`,
      )
    }
    return checkpoint
  }
}
