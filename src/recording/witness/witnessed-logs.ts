import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Disk, makePrivateDirectory } from '../../storage/index.ts'
import { type Checkpoint, parseCheckpoint, parseNote } from '../verify/index.ts'
import { witnessFailures } from './failures.ts'

/** Larger than any request. */
const MAX_NOTE_BYTES = 131_072

/** The last checkpoint of each log that was cosigned, one file a log. What `keep` has returned for survives a crash. */
export class WitnessedLogs {
  readonly #disk: Disk
  readonly #directory: string
  readonly #notes = new Map<string, { readonly note: string; readonly checkpoint: Checkpoint }>()

  private constructor(disk: Disk, directory: string) {
    this.#disk = disk
    this.#directory = directory
  }

  /** Reads what is remembered of these logs; `witness.state-damaged` when a file is there and cannot be understood. */
  static async open(disk: Disk, directory: string, origins: readonly string[]): Promise<WitnessedLogs> {
    await makePrivateDirectory(directory)
    const logs = new WitnessedLogs(disk, directory)
    for (const origin of origins) await logs.#read(origin)
    return logs
  }

  last(origin: string): Checkpoint | undefined {
    return this.#notes.get(origin)?.checkpoint
  }

  /** The cosigned note of the log whose origin hashes to this hex. */
  noteOf(originHash: string): string | undefined {
    const origin = [...this.#notes.keys()].find((known) => hashOf(known) === originHash)
    return origin === undefined ? undefined : this.#notes.get(origin)?.note
  }

  /** Remembers a cosigned checkpoint in place of the one before; durable when it returns. */
  async keep(checkpoint: Checkpoint, note: string): Promise<void> {
    const path = this.#pathOf(checkpoint.origin)
    await this.#disk.write(`${path}.new`, Buffer.from(note))
    await this.#disk.rename(`${path}.new`, path)
    await this.#disk.syncDirectory(this.#directory)
    this.#notes.set(checkpoint.origin, { note, checkpoint })
  }

  async #read(origin: string): Promise<void> {
    const path = this.#pathOf(origin)
    const bytes = await this.#disk.read(path, MAX_NOTE_BYTES)
    if (bytes === 'missing') return
    const note = typeof bytes === 'string' ? '' : Buffer.from(bytes).toString()
    const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '')
    if (checkpoint?.origin !== origin) {
      throw witnessFailures.create(
        'state-damaged',
        `${path} is not the checkpoint of ${origin} that this witness has cosigned; a witness that forgot must not go on under its key.`,
      )
    }
    this.#notes.set(origin, { note, checkpoint })
  }

  #pathOf(origin: string): string {
    return join(this.#directory, hashOf(origin))
  }
}

/** How the protocol names a log in a path. */
function hashOf(origin: string): string {
  return createHash('sha256').update(origin).digest('hex')
}
