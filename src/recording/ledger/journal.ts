import { join } from 'node:path'
import { type Disk, isOutOfSpace } from '../../storage/index.ts'
import { contradiction } from './contradiction.ts'
import { ledgerFailures } from './failures.ts'

const FILE = 'checkpoints'
/** Many times the length of a note. */
const MAX_TAIL_BYTES = 65_536
const SEPARATOR = '\n\n'

/**
 * Every checkpoint that was ever signed, in order, in a file outside the database. A note that is in it is on disk; one
 * that was torn by a crash was never handed out and is cut off. After a failed sync nothing is added any more.
 */
export class CheckpointJournal {
  readonly path: string
  readonly #disk: Disk
  #last: string | undefined
  #length: number
  #stopped: string | undefined

  private constructor(disk: Disk, path: string, found: JournalEnd) {
    this.#disk = disk
    this.path = path
    this.#last = found.last
    this.#length = found.length
  }

  /** Opens the journal in `directory`, which exists. Throws `ledger.contradiction` when its end is no note of ours. */
  static async open(disk: Disk, directory: string): Promise<CheckpointJournal> {
    const path = join(directory, FILE)
    await disk.append(path, new Uint8Array())
    await disk.syncDirectory(directory)
    const found = await readEndOf(disk, path)
    if (found.isTorn) await disk.truncate(path, found.length)
    return new CheckpointJournal(disk, path, found)
  }

  /** The last complete note, without touching the file; undefined when there is none. */
  static async lastNote(disk: Disk, directory: string): Promise<string | undefined> {
    return (await readEndOf(disk, join(directory, FILE))).last
  }

  get last(): string | undefined {
    return this.#last
  }

  async append(note: string): Promise<void> {
    if (this.#stopped !== undefined) throw journalStopped(this.path, this.#stopped)
    const bytes = Buffer.from(`${note}\n`)
    try {
      await this.#disk.append(this.path, bytes)
    } catch (error) {
      if (!isOutOfSpace(error)) this.#stopped = reasonOf(error)
      await this.#takeBack()
      throw error
    }
    this.#length += bytes.length
    this.#last = note
  }

  /** What a failed append left behind must not stand before the next note. */
  async #takeBack(): Promise<void> {
    if (this.#stopped !== undefined) return
    await this.#disk.truncate(this.path, this.#length).catch((error: unknown) => {
      this.#stopped = reasonOf(error)
    })
  }
}

interface JournalEnd {
  readonly last: string | undefined
  /** Of the file up to the end of its last complete note. */
  readonly length: number
}

async function readEndOf(disk: Disk, path: string): Promise<JournalEnd & { readonly isTorn: boolean }> {
  const { tail, length } = await disk.tail(path, MAX_TAIL_BYTES)
  const found = readEnd(Buffer.from(tail).toString('latin1'), length)
  if (found === undefined) throw contradiction(`${path} is damaged at its end`)
  return { ...found, isTorn: found.length < length }
}

/**
 * Reads the end of a journal, one character per byte. What follows the last complete note is a torn one: at most its
 * text and a part of its signatures.
 */
function readEnd(tail: string, fileLength: number): JournalEnd | undefined {
  const blocks = tail.split(SEPARATOR)
  const signatures = blocks.findLastIndex(
    (block, i) => i > 0 && i < blocks.length - 1 && block.startsWith(SIGNATURE_LINE),
  )
  const torn = blocks.slice(signatures + 1)
  if (torn.length > 2) return undefined
  const length = fileLength - torn.join(SEPARATOR).length
  if (signatures < 0) return { last: undefined, length }
  const note = `${blocks[signatures - 1]}${SEPARATOR}${blocks[signatures]}\n`
  return { last: Buffer.from(note, 'latin1').toString(), length }
}

const SIGNATURE_LINE = Buffer.from('— ').toString('latin1')

function journalStopped(path: string, reason: string) {
  return ledgerFailures.create(
    'stopped',
    `Nothing is signed any more since ${path} could not be written (${reason}); restart the server.`,
  )
}

function reasonOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? 'unknown error')
}
