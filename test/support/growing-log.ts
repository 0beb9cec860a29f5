import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { sha256 } from '../../src/kernel/index.ts'
import {
  checkpointText,
  consistencyPath,
  createMerkle,
  ed25519KeyId,
  formatVkey,
  signedNote,
  type Vkey,
} from '../../src/recording/verify/index.ts'

const merkle = createMerkle(sha256)

/**
 * A log of `<name> 0`, `<name> 1`, … that grows at will and proves it. Two of one origin and key are a fork from the entry on
 * from which their names differ; before it both have `entry 0`, `entry 1`, …
 */
export class GrowingLog {
  readonly origin: string
  readonly #name: string
  readonly #forkedAt: number
  readonly #key: KeyObject
  readonly #hashes: Uint8Array[] = []

  constructor({ origin = 'log.example/v1', name = 'entry', forkedAt = 0, key = newPem() } = {}) {
    this.origin = origin
    this.#name = name
    this.#forkedAt = forkedAt
    this.#key = createPrivateKey(key)
  }

  get vkey(): Vkey {
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' })
    const publicKey = new Uint8Array(spki.subarray(-32))
    const name = this.origin
    return { name, publicKey, keyId: ed25519KeyId(sha256, { name, publicKey }) }
  }

  get vkeyText(): string {
    return formatVkey(this.vkey)
  }

  get length(): number {
    return this.#hashes.length
  }

  size(): Promise<number> {
    return Promise.resolve(this.#hashes.length)
  }

  growTo(size: number): this {
    while (this.#hashes.length < size) {
      const index = this.#hashes.length
      const name = index < this.#forkedAt ? 'entry' : this.#name
      this.#hashes.push(merkle.leafHash(Buffer.from(`${name} ${index}`)))
    }
    return this
  }

  /** The signed note over the first `size` entries, as the log's key has signed it. */
  checkpoint(size = this.#hashes.length): string {
    const root = merkle.rootOfHashes(this.#hashes.slice(0, size))
    const text = checkpointText({ origin: this.origin, size, root })
    const { name, keyId } = this.vkey
    return signedNote(text, [{ name, keyId, signature: sign(null, Buffer.from(text), this.#key) }])
  }

  proof(oldSize: number, newSize: number): Uint8Array[] {
    if (oldSize === 0 || oldSize === newSize) return []
    return consistencyPath(oldSize, newSize, (lo, hi) => merkle.rootOfHashes(this.#hashes.slice(lo, hi)))
  }

  consistencyProof(oldSize: number, newSize: number): Promise<Uint8Array[]> {
    return Promise.resolve(this.proof(oldSize, newSize))
  }
}

/** A log key to share between two logs that pretend to be one. */
export function newPem(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
}
