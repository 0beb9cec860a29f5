import { dirname, join } from 'node:path'
import type { Disk } from '../../../storage/index.ts'

export interface LogPlace {
  readonly disk: Disk
  readonly directory: string
  /** For files that are not whole yet: a sibling of `directory` on the same file system, emptied at every start. */
  readonly temporary: string
}

/** A file of a published log holds other bytes than those that belong there; it is left as it is. */
class ForeignFile extends Error {
  readonly path: string
  constructor(path: string) {
    super(`${path} is there already with other bytes; move it away or publish into an empty directory`)
    this.path = path
  }
}

/** The files of one published log. Tiles are written once; only the checkpoint is ever replaced. */
export class TileFiles {
  readonly #place: LogPlace
  readonly #touched = new Set<string>()
  readonly #known = new Set<string>()

  constructor(place: LogPlace) {
    this.#place = place
  }

  /** Makes the directories and clears what an earlier process left unfinished. */
  async prepare(): Promise<void> {
    const { disk, directory, temporary } = this.#place
    await disk.remove(temporary)
    for (const path of [directory, temporary]) await disk.makeDirectory(path)
    await disk.syncDirectory(dirname(directory))
  }

  /** Puts a tile or bundle in its place, whole; throws `ForeignFile` when another is there. Durable after `settle`. */
  async put(path: string, bytes: Uint8Array): Promise<void> {
    const { disk, directory } = this.#place
    const target = join(directory, path)
    await this.#makeDirectory(dirname(target))
    this.#touched.add(dirname(target))
    const present = await disk.read(target, bytes.length)
    if (present === 'missing') await this.#move(path, bytes)
    else if (typeof present === 'string' || !Buffer.from(present).equals(bytes)) throw new ForeignFile(target)
  }

  /** Returns when every file that was put is on disk under its name: each directory is synced once. */
  async settle(): Promise<void> {
    for (const path of this.#touched) await this.#place.disk.syncDirectory(path)
    this.#touched.clear()
  }

  /** Shows a checkpoint, in one step, in place of the one before. */
  async show(note: string): Promise<void> {
    await this.#move('checkpoint', Buffer.from(note))
    await this.#place.disk.syncDirectory(this.#place.directory)
  }

  /** Removes a directory of partial tiles whose full tile is there. */
  async remove(path: string): Promise<void> {
    const target = join(this.#place.directory, path)
    await this.#place.disk.remove(target)
    this.#known.delete(target)
  }

  async #move(path: string, bytes: Uint8Array): Promise<void> {
    const { disk, directory, temporary } = this.#place
    const unfinished = join(temporary, path.replaceAll('/', '-'))
    await disk.write(unfinished, bytes)
    await disk.rename(unfinished, join(directory, path))
  }

  async #makeDirectory(path: string): Promise<void> {
    if (this.#known.has(path) || path === this.#place.directory) return
    await this.#makeDirectory(dirname(path))
    await this.#place.disk.makeDirectory(path)
    // One that was there may have been made moments before a crash, so its name is synced in any case.
    this.#touched.add(dirname(path))
    this.#known.add(path)
  }
}
