import type { Clock } from '../../kernel/index.ts'
import type { Cosignature, PolicyWitness } from '../verify/index.ts'
import { askWitness, type WitnessReply } from './ask-witness.ts'

/** The log that is to be cosigned. */
export interface WitnessedLog {
  /** How many entries it has. */
  size(): Promise<number>
  /** That the first `oldSize` entries (at least 1) are the beginning of the first `newSize`. */
  consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]>
}

/** How a witness stands to this log. */
export interface WitnessState {
  readonly name: string
  /** How many entries it is known to have cosigned; undefined before it first answered. */
  readonly size: number | undefined
  /** Why it does not cosign at present, in words of ours. */
  readonly problem?: string
  /** It has cosigned what this log does not hold: the log was forked or put back, or the witness errs. */
  readonly contradicts: boolean
}

export interface SignedSize {
  /** The signed note. */
  readonly checkpoint: string
  readonly size: number
}

interface Deps {
  readonly log: WitnessedLog
  readonly clock: Clock
  readonly timeoutMs: number
}

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

/** One witness, asked one thing at a time, and less often while it fails. */
export class ConsultedWitness {
  readonly #witness: PolicyWitness
  readonly #deps: Deps
  #size: number | undefined
  #problem: Extract<WitnessReply, { reason: string }> | undefined
  #failures = 0
  #pausedUntilMs = 0
  #isBusy = false

  constructor(witness: PolicyWitness, deps: Deps) {
    this.#witness = witness
    this.#deps = deps
  }

  get state(): WitnessState {
    const { name } = this.#witness
    const problem = this.#problem === undefined ? {} : { problem: this.#problem.reason }
    return { name, size: this.#size, contradicts: this.#problem?.kind === 'contradicted', ...problem }
  }

  /** Its cosignature; undefined when it gives none now, and `state` says why. An urgent request does not wait out a pause. */
  async cosign(head: SignedSize, isUrgent: boolean): Promise<Cosignature | undefined> {
    const isPaused = !isUrgent && this.#deps.clock.monotonic() < this.#pausedUntilMs
    if (this.#isBusy || isPaused) return undefined
    this.#isBusy = true
    try {
      return this.#settle(head, await this.#negotiate(head))
    } finally {
      this.#isBusy = false
    }
  }

  /** Asks from the size it is believed to have; told another, asks once more from there. */
  async #negotiate(head: SignedSize): Promise<WitnessReply> {
    let oldSize = this.#size ?? 0
    // What it has cosigned already, it does not cosign a smaller part of.
    if (oldSize > head.size) return { kind: 'at-size', size: oldSize }
    for (let attempt = 0; attempt < 2; attempt++) {
      const reply = await this.#ask(head, oldSize)
      if (reply.kind !== 'at-size') return reply
      const verdict = await this.#judgeSize(reply.size, { head, oldSize })
      if (verdict !== undefined) return verdict
      oldSize = reply.size
    }
    return { kind: 'failed', reason: 'it answers another size each time' }
  }

  /** Undefined when it is worth asking again from this size. */
  async #judgeSize(
    size: number,
    asked: { readonly head: SignedSize; readonly oldSize: number },
  ): Promise<WitnessReply | undefined> {
    const known = await this.#deps.log.size()
    if (size > known) {
      const reason = `it has cosigned ${size} entries of this log, which has only ${known}: an older copy was put back, or the log was forked`
      return { kind: 'contradicted', reason }
    }
    if (size > asked.head.size) return { kind: 'at-size', size }
    if (size !== asked.oldSize) return undefined
    return size === asked.head.size
      ? { kind: 'contradicted', reason: `it has cosigned another history of ${size} entries` }
      : { kind: 'failed', reason: 'it answers the size it was asked from' }
  }

  async #ask({ checkpoint, size }: SignedSize, oldSize: number): Promise<WitnessReply> {
    const { log, clock, timeoutMs } = this.#deps
    const proof = oldSize === 0 || oldSize === size ? [] : await log.consistencyProof(oldSize, size)
    const now = Math.floor(clock.now() / 1000)
    return askWitness(this.#witness, { oldSize, proof, checkpoint }, { timeoutMs, now })
  }

  #settle(head: SignedSize, reply: WitnessReply): Cosignature | undefined {
    if (reply.kind === 'failed' || reply.kind === 'contradicted') {
      this.#problem = reply
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS)
      this.#pausedUntilMs = this.#deps.clock.monotonic() + pauseMs
      return undefined
    }
    this.#size = reply.kind === 'cosigned' ? head.size : reply.size
    // After a size that it will cosign from, the next checkpoint tells whether all is well.
    if (reply.kind !== 'cosigned') return undefined
    this.#problem = undefined
    this.#failures = 0
    this.#pausedUntilMs = 0
    return reply.cosignature
  }
}
