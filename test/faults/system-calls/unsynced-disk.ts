import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Random } from './seeded-random.ts'
import type { Effect } from './trace.ts'
import { UnsyncedFile } from './unsynced-file.ts'

type Node = UnsyncedFile | Folder

/** Names that were sure to be there at the folder's last sync, and what became of them since, in order. */
class Folder {
  readonly now = new Map<string, Node>()
  #synced = new Map<string, Node>()
  #changes: (readonly [name: string, node: Node | undefined])[] = []

  set(name: string, node: Node | undefined): void {
    this.#changes.push([name, node])
    if (node === undefined) this.now.delete(name)
    else this.now.set(name, node)
  }

  sync(): void {
    this.#synced = new Map(this.now)
    this.#changes = []
  }

  /** Any of the changes of names may have come to the disk, each by itself. */
  afterPowerLoss(random: Random, kept: number): ReadonlyMap<string, Node> {
    const names = new Map(this.#synced)
    for (const [name, node] of this.#changes) {
      if (random() >= kept) continue
      if (node === undefined) names.delete(name)
      else names.set(name, node)
    }
    return names
  }
}

/** A directory as the system shows it, and as it may be found after the power went. */
export class UnsyncedDisk {
  readonly #root = new Folder()

  /** Everything that is in `directory` now is taken to be on the disk. */
  static async load(directory: string): Promise<UnsyncedDisk> {
    const disk = new UnsyncedDisk()
    await loadInto(disk.#root, directory)
    return disk
  }

  apply(effect: Effect): void {
    const { type } = effect
    if (type === 'create') this.#name(effect.path, createNode(effect.isFolder))
    else if (type === 'sync') this.#find(effect.path)?.sync()
    else if (type === 'write' || type === 'truncate') this.#file(effect.path)?.change(effect)
    else if (type === 'rename') this.#name(effect.to, this.#find(effect.path))
    if (type === 'rename' || type === 'remove') this.#name(effect.path, undefined)
  }

  /**
   * Makes `directory` what a machine might find there when it has power again. `kept` says how much of what was not
   * synced: 0 is nothing of it, 1 all of it. SQLite's shared memory is made anew and never counts.
   */
  async writeAfterPowerLoss(directory: string, random: Random, kept: number): Promise<void> {
    await writeFolder(this.#root, directory, { random, kept })
  }

  #find(path: string): Node | undefined {
    if (path === '') return this.#root
    const parent = this.#find(dirname(path) === '.' ? '' : dirname(path))
    return parent instanceof Folder ? parent.now.get(basename(path)) : undefined
  }

  /** Lets a name of a folder stand for a file, another folder or nothing. */
  #name(path: string, node: Node | undefined): void {
    const parent = this.#find(dirname(path) === '.' ? '' : dirname(path))
    if (!(parent instanceof Folder)) throw new Error(`${path} is in no folder`)
    parent.set(basename(path), node)
  }

  #file(path: string): UnsyncedFile | undefined {
    const node = this.#find(path)
    return node instanceof UnsyncedFile ? node : undefined
  }
}

function createNode(isFolder: boolean): Node {
  return isFolder ? new Folder() : new UnsyncedFile()
}

async function loadInto(folder: Folder, directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    const node = entry.isDirectory() ? new Folder() : new UnsyncedFile(await readFile(path))
    if (node instanceof Folder) await loadInto(node, path)
    folder.set(entry.name, node)
  }
  folder.sync()
}

async function writeFolder(
  folder: Folder,
  directory: string,
  loss: { readonly random: Random; readonly kept: number },
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (const [name, node] of folder.afterPowerLoss(loss.random, loss.kept)) {
    const path = join(directory, name)
    if (node instanceof Folder) await writeFolder(node, path, loss)
    else if (!name.endsWith('-shm')) {
      await writeFile(path, node.afterPowerLoss(loss.random, loss.kept), { mode: 0o600 })
    }
  }
}
