import { type Disk, isOutOfSpace, makePrivateDirectory, systemDisk } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  type Checkpoint,
  checkpointText,
  parseCheckpoint,
  parseNote,
  signedNote,
  verifyNote,
} from '../verify/index.ts'
import { contradiction } from './contradiction.ts'
import { ledgerFailures } from './failures.ts'
import { CheckpointJournal } from './journal.ts'
import type { LogSigner } from './keys.ts'
import type { EntryStore } from './store.ts'
import { rootAt } from './tree.ts'

/**
 * Signs the ledger's head. Every signed checkpoint is in the journal, on disk, before it is returned, and two of them
 * never disagree: the journal is kept outside the database so that a restored database is noticed.
 */
export class CheckpointSigner {
  readonly #store: EntryStore
  readonly #signer: LogSigner
  readonly #journal: CheckpointJournal
  #last: { readonly size: number; readonly note: string } | undefined
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(store: EntryStore, signer: LogSigner, journal: CheckpointJournal) {
    this.#store = store
    this.#signer = signer
    this.#journal = journal
  }

  /**
   * Opens the journal and holds it against the entries. Throws `ledger.contradiction`, naming what disagrees, when a
   * signed checkpoint is not a prefix of what is stored: signing on would fork the log.
   */
  static async open(deps: {
    readonly store: EntryStore
    readonly signer: LogSigner
    readonly directory: string
    readonly disk?: Disk
  }): Promise<CheckpointSigner> {
    await makePrivateDirectory(deps.directory)
    const journal = await CheckpointJournal.open(deps.disk ?? systemDisk, deps.directory)
    const checkpoints = new CheckpointSigner(deps.store, deps.signer, journal)
    const note = journal.last
    if (note !== undefined) {
      checkpoints.#last = { size: checkpoints.#checkAgainstEntries(note).size, note }
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
    const next = this.#queue.then(() => this.#signNow(size ?? this.#store.size()))
    this.#queue = next.catch(() => undefined)
    return next
  }

  async #signNow(size: number): Promise<string> {
    if (this.#last !== undefined && this.#last.size >= size) return this.#last.note
    const text = checkpointText({ origin: this.#signer.vkey.name, size, root: rootAt(this.#store, size) })
    const { name, keyId } = this.#signer.vkey
    const signature = this.#signer.sign(Buffer.from(text))
    const note = signedNote(text, [{ name, keyId, signature }])
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

  #checkAgainstEntries(noteText: string): Checkpoint {
    const note = parseNote(noteText)
    const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text)
    if (
      note === undefined ||
      checkpoint === undefined ||
      verifyNote(nodeCrypto, note, [this.#signer.vkey]).length === 0
    ) {
      throw contradiction(`the last checkpoint in ${this.#journal.path} is not signed by this ledger's key`)
    }
    const size = this.#store.size()
    if (size < checkpoint.size) {
      throw contradiction(
        `${checkpoint.size} entries were signed in ${this.#journal.path}, but the database holds ${size}: it is an older copy or was cut`,
      )
    }
    const root = rootAt(this.#store, checkpoint.size)
    if (!Buffer.from(root).equals(checkpoint.root)) {
      throw contradiction(
        `the first ${checkpoint.size} entries are not the ones that were signed in ${this.#journal.path}`,
      )
    }
    return checkpoint
  }
}
