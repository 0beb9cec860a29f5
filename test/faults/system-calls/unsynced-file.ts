import type { Random } from './seeded-random.ts'

const SECTOR = 512

type Change =
  | { readonly type: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'truncate'; readonly length: number }

/** A file of which only what was there at its last sync is sure to be on the disk. */
export class UnsyncedFile {
  #synced: Buffer
  #changes: Change[] = []

  constructor(content: Uint8Array = new Uint8Array()) {
    this.#synced = Buffer.from(content)
  }

  change(change: Change): void {
    this.#changes.push(change)
  }

  sync(): void {
    this.#synced = this.#after(this.#changes)
    this.#changes = []
  }

  /**
   * What may be read after the power went: the length is one that the file had since its last sync, and each sector has
   * one of its contents since then, whichever the disk came to write. `kept` is how likely the latest is.
   */
  afterPowerLoss(random: Random, kept: number): Buffer {
    if (this.#changes.length === 0) return this.#synced
    const upTo = random() < kept ? this.#changes.length : Math.floor(random() * (this.#changes.length + 1))
    const length = this.#after(this.#changes.slice(0, upTo)).length
    const content = Buffer.alloc(length)
    this.#synced.copy(content)
    for (const [sector, touching] of this.#touched(length)) {
      const count = random() < kept ? touching.length : Math.floor(random() * (touching.length + 1))
      for (const change of touching.slice(0, count)) applyWithin(content, change, sector)
    }
    return content
  }

  #after(changes: readonly Change[]): Buffer {
    let length = this.#synced.length
    let longest = length
    for (const change of changes) {
      length =
        change.type === 'truncate' ? change.length : Math.max(length, change.offset + change.bytes.length)
      longest = Math.max(longest, length)
    }
    const content = Buffer.alloc(longest)
    this.#synced.copy(content)
    for (const change of changes) {
      if (change.type === 'write') content.set(change.bytes, change.offset)
      else content.fill(0, change.length)
    }
    return content.subarray(0, length)
  }

  #touched(length: number): ReadonlyMap<number, readonly Change[]> {
    const touched = new Map<number, Change[]>()
    for (const change of this.#changes) {
      const from = change.type === 'write' ? change.offset : change.length
      const to = Math.min(length, change.type === 'write' ? from + change.bytes.length : length)
      for (let sector = Math.floor(from / SECTOR); sector * SECTOR < to; sector++) {
        const before = touched.get(sector)
        if (before === undefined) touched.set(sector, [change])
        else before.push(change)
      }
    }
    return touched
  }
}

/** The part of a change that falls into one sector. */
function applyWithin(content: Buffer, change: Change, sector: number): void {
  const [start, end] = [sector * SECTOR, Math.min((sector + 1) * SECTOR, content.length)]
  if (change.type === 'truncate') {
    content.fill(0, Math.max(start, change.length), end)
    return
  }
  const from = Math.max(start, change.offset)
  const to = Math.min(end, change.offset + change.bytes.length)
  if (from < to) content.set(change.bytes.subarray(from - change.offset, to - change.offset), from)
}
