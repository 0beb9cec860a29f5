import { join } from 'node:path'
import { appendDurably, makePrivateDirectory, readTextIfThere } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  type Checkpoint,
  checkpointText,
  parseCheckpoint,
  parseNote,
  signedNote,
  verifyNote,
} from '../verify/index.ts'
import { ledgerFailures } from './failures.ts'
import type { LogSigner } from './keys.ts'
import type { EntryStore } from './store.ts'
import { rootAt } from './tree.ts'

const JOURNAL = 'checkpoints'

/**
 * Signs the ledger's head. Every signed checkpoint is in the journal, on disk, before it is returned, and two of them
 * never disagree: the journal is kept outside the database so that a restored database is noticed.
 */
export class CheckpointSigner {
  readonly #store: EntryStore
  readonly #signer: LogSigner
  readonly #journal: string
  #last: { readonly size: number; readonly note: string } | undefined
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(store: EntryStore, signer: LogSigner, journal: string) {
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
  }): Promise<CheckpointSigner> {
    await makePrivateDirectory(deps.directory)
    const journal = join(deps.directory, JOURNAL)
    const checkpoints = new CheckpointSigner(deps.store, deps.signer, journal)
    const note = lastNote((await readTextIfThere(journal)) ?? '')
    if (note !== undefined) {
      checkpoints.#last = { size: checkpoints.#checkAgainstEntries(note).size, note }
    }
    return checkpoints
  }

  /** The signed note over every entry that is durable now; the same note again while nothing was added. */
  sign(): Promise<string> {
    const next = this.#queue.then(() => this.#signNow())
    this.#queue = next.catch(() => undefined)
    return next
  }

  async #signNow(): Promise<string> {
    const size = this.#store.size()
    if (this.#last?.size === size) return this.#last.note
    const text = checkpointText({ origin: this.#signer.vkey.name, size, root: rootAt(this.#store, size) })
    const { name, keyId } = this.#signer.vkey
    const signature = this.#signer.sign(Buffer.from(text))
    const note = signedNote(text, [{ name, keyId, signature }])
    await appendDurably(this.#journal, `${note}\n`)
    this.#last = { size, note }
    return note
  }

  #checkAgainstEntries(noteText: string): Checkpoint {
    const note = parseNote(noteText)
    const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text)
    if (
      note === undefined ||
      checkpoint === undefined ||
      verifyNote(nodeCrypto, note, [this.#signer.vkey]).length === 0
    ) {
      throw contradiction(`the last checkpoint in ${this.#journal} is not signed by this ledger's key`)
    }
    const size = this.#store.size()
    if (size < checkpoint.size) {
      throw contradiction(
        `${checkpoint.size} entries were signed in ${this.#journal}, but the database holds ${size}: it is an older copy or was cut`,
      )
    }
    const root = rootAt(this.#store, checkpoint.size)
    if (!Buffer.from(root).equals(checkpoint.root)) {
      throw contradiction(
        `the first ${checkpoint.size} entries are not the ones that were signed in ${this.#journal}`,
      )
    }
    return checkpoint
  }
}

/** The last complete note of the journal; a torn one at the end was never handed out. */
function lastNote(journal: string): string | undefined {
  const end = journal.lastIndexOf('\n\n')
  if (end < 0) return undefined
  const complete = journal.slice(0, end + 1)
  const text = complete.lastIndexOf('\n\n', complete.lastIndexOf('\n\n') - 1)
  return complete.slice(text < 0 ? 0 : text + 2)
}

function contradiction(what: string) {
  return ledgerFailures.create(
    'contradiction',
    `The ledger will not start: ${what}. Restore the matching files.`,
  )
}
