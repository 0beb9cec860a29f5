import { rootOfHashes } from './tree.ts'

/** What the writer keeps of one run: how many events it has, their leaf hashes, and whether it has ended. */
export class RunChain {
  readonly #hashes: Uint8Array[]
  #sealed: boolean

  constructor(hashes: Uint8Array[], sealed: boolean) {
    this.#hashes = hashes
    this.#sealed = sealed
  }

  get count(): number {
    return this.#hashes.length
  }

  get sealed(): boolean {
    return this.#sealed
  }

  add(leafHash: Uint8Array, seals: boolean): void {
    this.#hashes.push(leafHash)
    if (seals) this.#sealed = true
  }

  /** Merkle root (RFC 6962) over the run's entries so far. */
  rootHex(): string {
    return Buffer.from(rootOfHashes(this.#hashes)).toString('hex')
  }
}
