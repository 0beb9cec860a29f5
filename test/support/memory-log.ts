import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { sha256, sha256Hex } from '../../src/kernel/index.ts'
import {
  checkpointText,
  createMerkle,
  ed25519KeyId,
  formatVkey,
  inclusionPath,
  signedNote,
  type Vkey,
} from '../../src/recording/verify/index.ts'

const merkle = createMerkle(sha256)

/** A log in memory with its own key: the same proofs and checkpoints as a ledger on disk, without the disk. */
export class MemoryLog {
  readonly #entries: Uint8Array[] = []
  readonly #hashes: Uint8Array[] = []
  readonly #key: KeyObject
  readonly key: Vkey

  /** `seed` is the Ed25519 seed in hex; without one the key is new. */
  constructor(origin: string, seed?: string) {
    this.#key = seed === undefined ? generateKeyPairSync('ed25519').privateKey : ed25519Key(seed)
    const publicKey = createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(-32)
    const name = origin
    this.key = { name, publicKey, keyId: ed25519KeyId(sha256, { name, publicKey }) }
  }

  get vkey(): string {
    return formatVkey(this.key)
  }

  append(bytes: Uint8Array): { readonly index: number; readonly bytes: Uint8Array } {
    this.#entries.push(bytes)
    this.#hashes.push(merkle.leafHash(bytes))
    return { index: this.#entries.length - 1, bytes }
  }

  checkpoint(): string {
    return this.checkpointOver(this.#hashes.length)
  }

  /** What the key signs when its owner lies about how many entries there are. */
  checkpointOver(size: number): string {
    const root = merkle.rootOfHashes(this.#hashes)
    const text = checkpointText({ origin: this.key.name, size, root })
    const signature = sign(null, Buffer.from(text), this.#key)
    return signedNote(text, [{ name: this.key.name, keyId: this.key.keyId, signature }])
  }

  inclusionProof(index: number, size: number): readonly Uint8Array[] {
    return inclusionPath(index, size, (lo, hi) => merkle.rootOfHashes(this.#hashes.slice(lo, hi)))
  }
}

/** The Merkle root of entries, in hex. */
export function rootHex(entries: readonly Uint8Array[]): string {
  return Buffer.from(merkle.rootOfHashes(entries.map((bytes) => merkle.leafHash(bytes)))).toString('hex')
}

/** A P-256 statement key that lives as long as the test. */
export interface MemorySigner {
  readonly keyId: string
  readonly spkiDer: Uint8Array
  sign(bytes: Uint8Array): Uint8Array
}

export function memorySigner(): MemorySigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spkiDer = publicKey.export({ format: 'der', type: 'spki' })
  return { keyId: sha256Hex(spkiDer), spkiDer, sign: (bytes) => sign('sha256', bytes, privateKey) }
}

function ed25519Key(seed: string): KeyObject {
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}
