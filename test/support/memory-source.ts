import { sha256 } from '../../src/kernel/index.ts'
import type { LogSource } from '../../src/recording/ledger/index.ts'
import { createMerkle } from '../../src/recording/verify/index.ts'
import { MemoryLog } from './memory-log.ts'

const merkle = createMerkle(sha256)

/** A log in memory as the source of a published one; signs whatever it holds when it is asked. */
export class MemorySource implements LogSource {
  readonly log: MemoryLog
  readonly entries: Uint8Array[] = []
  signedSize: number | undefined

  constructor(origin = 'ledger.example/v1', seed?: string) {
    this.log = new MemoryLog(origin, seed)
  }

  add(...entries: readonly Uint8Array[]): this {
    for (const bytes of entries) {
      this.entries.push(bytes)
      this.log.append(bytes)
    }
    return this
  }

  /** Entries `entry 0`, `entry 1`, … up to `size`. */
  growTo(size: number): this {
    while (this.entries.length < size) this.add(Buffer.from(`entry ${this.entries.length}`))
    return this
  }

  size(): Promise<number> {
    return Promise.resolve(this.entries.length)
  }

  bodies(from: number, count: number): Promise<readonly Uint8Array[]> {
    return Promise.resolve(this.entries.slice(from, from + count))
  }

  root(size: number): Promise<Uint8Array> {
    const hashes = this.entries.slice(0, size).map((entry) => merkle.leafHash(entry))
    return Promise.resolve(merkle.rootOfHashes(hashes))
  }

  keyHistory(): Promise<[]> {
    return Promise.resolve([])
  }

  checkpoint(): Promise<string> {
    this.signedSize = this.entries.length
    return Promise.resolve(this.log.checkpoint())
  }
}
