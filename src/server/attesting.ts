import { type Id, isFailure } from '../kernel/index.ts'
import type { KeyRegister } from '../recording/ledger/index.ts'
import { attestRun } from '../recording/runs/index.ts'
import { logLine } from './log-line.ts'

type AttestDeps = Omit<Parameters<typeof attestRun>[1], 'signer'>

/** Signs the records of ended runs. While no signature is to be had, runs end all the same and their records wait. */
export class Attesting {
  readonly #deps: AttestDeps & { readonly keys: KeyRegister; report(line: string): void }
  #waiting = new Set<Id<'run'>>()
  #isSigning = false

  constructor(deps: AttestDeps & { readonly keys: KeyRegister; report(line: string): void }) {
    this.#deps = deps
  }

  /** How many records wait for a signature. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Signs and logs the record of a run, or puts it off until there is a signature to be had. */
  async attest(run: Id<'run'>): Promise<void> {
    const { keys, report, ...deps } = this.#deps
    try {
      await keys.withStatementKey((signer) => attestRun(run, { ...deps, signer }))
      this.#waiting.delete(run)
    } catch (error) {
      if (!isFailure(error, 'ledger.signer-unavailable')) throw error
      if (this.#waiting.size === 0) report(logLine('signing records:', error))
      this.#waiting.add(run)
    }
  }

  /** Tries the records that wait once more, until one has to wait again. */
  async attestWaiting(): Promise<void> {
    if (this.#isSigning) return
    this.#isSigning = true
    try {
      for (const run of [...this.#waiting]) {
        await this.attest(run)
        if (this.#waiting.has(run)) return
      }
    } finally {
      this.#isSigning = false
    }
  }
}
