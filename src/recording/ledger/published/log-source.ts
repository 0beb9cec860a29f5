import type { KeyEntry } from '../../verify/index.ts'

/** What a published log is made from: a ledger, or another published log that is copied. */
export interface LogSource {
  /** How many entries are durable. */
  size(): Promise<number>
  /** How many entries the last signed checkpoint covers; undefined before the first. */
  readonly signedSize: number | undefined
  /** The bytes of entries in order: those of `count` entries from `from` on, all below `size()`. */
  bodies(from: number, count: number): Promise<readonly Uint8Array[]>
  /** Root over the first entries as the source knows it; undefined when it cannot say. */
  root(size: number): Promise<Uint8Array | undefined>
  /** A signed note over at least `size` entries that is durable where it was signed. */
  checkpoint(size: number): Promise<string>
  /** What the log says about its keys, in its order. */
  keyHistory(): Promise<readonly KeyEntry[]>
}
