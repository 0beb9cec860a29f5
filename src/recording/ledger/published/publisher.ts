import { dirname } from 'node:path'
import { type Failure, isFailure } from '../../../kernel/index.ts'
import { type Disk, isOutOfSpace, systemDisk } from '../../../storage/index.ts'
import { logFilesAt } from '../../log-files/index.ts'
import { parseCheckpoint, parseNote, type TileTree, tilePath, type Vkey } from '../../verify/index.ts'
import { ledgerFailures } from '../failures.ts'
import type { LogSource } from './log-source.ts'
import { findPartialFolders, isOutgrown } from './partial-folders.ts'
import { readPublished } from './recover.ts'
import { TileFiles } from './tile-files.ts'
import { writeTiles } from './write-tiles.ts'

export interface PublisherOptions {
  readonly source: LogSource
  /** The key whose checkpoints are shown. */
  readonly vkey: Vkey
  /** Where the log is published; its parent exists. */
  readonly directory: string
  /** A sibling of `directory` for unfinished files, on the same file system. */
  readonly temporary: string
  readonly disk?: Disk
  /** The same checkpoint with the signatures of others, when there are any: that is what is shown. Never rejects. */
  readonly cosigned?: (note: string) => Promise<string>
}

/** `stopped` is for good, and `reason` says why; the others are tried again. */
export type PublishingState = {
  /** How many entries the visible checkpoint covers; undefined while there is none. */
  readonly size: number | undefined
} & (
  | { readonly status: 'ok' }
  | { readonly status: 'disk-full' | 'unsigned' | 'stopped'; readonly reason: string }
)

/**
 * Keeps a published log (C2SP tlog-tiles) up with its source: entries durable, then tiles durable, then the checkpoint
 * journalled, then the checkpoint visible. Files are written once and never changed. One publisher per directory.
 */
export class LogPublisher {
  readonly #source: LogSource
  readonly #files: TileFiles
  readonly #partialFolders: Set<string>
  readonly #cosigned: (note: string) => Promise<string>
  #text: string | undefined
  #tree: TileTree
  #state: PublishingState
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(source: LogSource, files: TileFiles, found: Found) {
    this.#source = source
    this.#files = files
    this.#tree = found.tree
    this.#text = found.text
    this.#cosigned = found.cosigned
    this.#state = { status: 'ok', size: found.size }
    this.#partialFolders = new Set(found.partialFolders)
  }

  /** Takes up what is published. Throws `ledger.contradiction` when it is not a prefix of what was signed and stored. */
  static async open({
    source,
    vkey,
    directory,
    temporary,
    disk = systemDisk,
    cosigned = (note) => Promise.resolve(note),
  }: PublisherOptions): Promise<LogPublisher> {
    const published = logFilesAt(directory, disk)
    const state = await readPublished(published, source, vkey)
    const files = new TileFiles({ disk, directory, temporary })
    await files.prepare()
    const partialFolders = await findPartialFolders(published)
    return new LogPublisher(source, files, { ...state, partialFolders, cosigned })
  }

  get state(): PublishingState {
    return this.#state
  }

  /** True when something durable is not visible yet. */
  async #isBehind(): Promise<boolean> {
    return this.#state.size === undefined || this.#state.size < (await this.#source.size())
  }

  /**
   * Shows everything that is durable now. Rejects with `ledger.disk-full` or `ledger.signer-unavailable` (try again) or
   * `ledger.publishing-stopped` (the same at every later call); what was visible stays visible.
   */
  publish(): Promise<void> {
    const next = this.#queue.then(() => this.#publishOrStop())
    this.#queue = next.catch(() => undefined)
    return next
  }

  /** Shows the visible checkpoint with more signatures; does nothing when another one is visible by now. Rejects as `publish`. */
  showAgain(note: string): Promise<void> {
    const isVisible = () => this.#text !== undefined && parseNote(note)?.text === this.#text
    const next = this.#queue.then(() =>
      this.#orStop(async () => (isVisible() ? this.#files.show(note) : undefined)),
    )
    this.#queue = next.catch(() => undefined)
    return next
  }

  #publishOrStop(): Promise<void> {
    return this.#orStop(async () => ((await this.#isBehind()) ? this.#publish() : undefined))
  }

  async #orStop(work: () => Promise<void>): Promise<void> {
    if (this.#state.status === 'stopped') throw stoppedFor(this.#state.reason)
    try {
      await work()
    } catch (error) {
      const failure = toFailure(error)
      const status = PASSING[failure.code] ?? 'stopped'
      this.#state = { status, size: this.#state.size, reason: reasonOf(error) }
      throw failure
    }
  }

  async #publish(): Promise<void> {
    const tree = this.#tree.copy()
    let size = await this.#source.size()
    let note = ''
    // The log may be signed at a larger size meanwhile; then that one is shown, so that checkpoints never go back.
    for (let signed = -1; signed !== size; ) {
      size = Math.max(size, signed)
      await this.#write(tree, size)
      note = await this.#source.checkpoint(size)
      signed = sizeOf(note)
    }
    await this.#files.show(await this.#cosigned(note))
    this.#tree = tree
    this.#text = parseNote(note)?.text
    this.#state = { status: 'ok', size }
    await this.#removeOutgrown(size)
  }

  /** Tiles come from the entries' bytes, the checkpoint's root from stored hashes: both must say the same. */
  async #write(tree: TileTree, size: number): Promise<void> {
    await writeTiles({ source: this.#source, files: this.#files }, tree, size)
    for (const { level, number } of tree.partials()) this.#noteFolder(level, number)
    const expected = await this.#source.root(size)
    if (expected === undefined || !Buffer.from(expected).equals(tree.root())) {
      throw new Error(
        `the entries do not give the root of ${size} entries; "custody log fsck" names the first bad one`,
      )
    }
  }

  #noteFolder(level: number, number: number): void {
    this.#partialFolders.add(dirname(tilePath({ level, number, width: 1 })))
    if (level === 0) this.#partialFolders.add(dirname(tilePath({ level: 'entries', number, width: 1 })))
  }

  async #removeOutgrown(size: number): Promise<void> {
    for (const folder of this.#partialFolders) {
      if (!isOutgrown(folder, size)) continue
      await this.#files.remove(folder)
      this.#partialFolders.delete(folder)
    }
  }
}

/** What passes by itself, or when somebody mends it. */
const PASSING: Readonly<Record<string, 'disk-full' | 'unsigned'>> = {
  'ledger.disk-full': 'disk-full',
  'ledger.signer-unavailable': 'unsigned',
}

interface Found {
  readonly size: number | undefined
  readonly text?: string
  readonly cosigned: (note: string) => Promise<string>
  readonly tree: TileTree
  readonly partialFolders: readonly string[]
}

function sizeOf(note: string): number {
  const text = parseNote(note)?.text
  const checkpoint = text === undefined ? undefined : parseCheckpoint(text)
  if (checkpoint === undefined) throw new Error('the source gave something that is no checkpoint')
  return checkpoint.size
}

function toFailure(error: unknown): Failure {
  if (isFailure(error) && Object.hasOwn(PASSING, error.code)) return error
  if (isOutOfSpace(error)) {
    const message =
      'The disk is full, so the published log is not kept up; free space, and it goes on by itself.'
    return ledgerFailures.create('disk-full', message, { cause: error })
  }
  return stoppedFor(reasonOf(error), error)
}

function stoppedFor(reason: string, cause?: unknown): Failure {
  return ledgerFailures.create(
    'publishing-stopped',
    `The published log is not kept up any more (${reason}). Recording goes on; mend that and restart the server.`,
    { cause },
  )
}

/** Only names of files and codes: nothing of an entry. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
