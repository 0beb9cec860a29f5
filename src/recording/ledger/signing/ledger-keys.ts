import type { Vkey } from '../../verify/index.ts'
import type { ExternalSigner } from './external-signer.ts'
import { type FileSigner, readKeyFiles } from './key-files.ts'
import { createLogSigner } from './log-signer.ts'
import type { LogSigner } from './signer.ts'

interface Found {
  readonly directory: string
  /** The key the log began with. */
  readonly vkey: Vkey
  readonly files: readonly FileSigner[]
  readonly services: readonly ExternalSigner[]
}

/** The keys that are at hand, in files and behind key services. Which of them count, and when, is written in the ledger. */
export class LedgerKeys {
  readonly directory: string
  readonly services: readonly ExternalSigner[]
  readonly log: LogSigner
  #files: readonly FileSigner[]

  constructor({ directory, vkey, files, services }: Found) {
    this.directory = directory
    this.services = services
    this.#files = files
    this.log = createLogSigner(vkey, (keyId) => this.find(keyId))
  }

  get files(): readonly FileSigner[] {
    return this.#files
  }

  get signers(): readonly (FileSigner | ExternalSigner)[] {
    return [...this.#files, ...this.services]
  }

  /** The signer of a key, when it is at hand; another process may have made its file since. */
  async find(keyId: string): Promise<FileSigner | ExternalSigner | undefined> {
    const isIt = (signer: FileSigner | ExternalSigner) => signer.keyId === keyId
    const found = this.signers.find(isIt)
    if (found !== undefined) return found
    this.#files = await readKeyFiles(this.directory)
    return this.signers.find(isIt)
  }

  /** Takes up a key whose file was made just now. */
  add(file: FileSigner): FileSigner {
    this.#files = [...this.#files, file]
    return file
  }

  /** Lets go of a key whose file is gone. */
  forget(keyId: string): void {
    this.#files = this.#files.filter((file) => file.keyId !== keyId)
  }
}
