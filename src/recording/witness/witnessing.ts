import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../kernel/index.ts'
import {
  type Cosignature,
  parseCheckpoint,
  parseNote,
  type WitnessPolicy,
  withSignatures,
} from '../verify/index.ts'
import { ConsultedWitness, type WitnessedLog, type WitnessState } from './consulted-witness.ts'
import { type Quorum, QuorumMemory } from './quorum-memory.ts'

export interface WitnessingOptions {
  readonly policy: WitnessPolicy
  readonly log: WitnessedLog
  /** The file in which the last quorum is kept. */
  readonly memoryPath: string
  readonly clock: Clock
  /** An unchanged log is shown to the witnesses again after so long. */
  readonly heartbeatMs: number
  /** Without a quorum for so long, `state.isLate`. */
  readonly alertAfterMs: number
  /** How long one witness may take for one answer. */
  readonly timeoutMs: number
  /** Is told once of each witness that begins to fail, and of the quorum being late or back. */
  report(line: string): void
}

export interface WitnessingState {
  /** Undefined while there never was one. */
  readonly lastQuorum: { readonly size: number; readonly ageMs: number } | undefined
  readonly isLate: boolean
  readonly witnesses: readonly WitnessState[]
}

/**
 * Shows this log's checkpoints to the witnesses of a policy and gathers their cosignatures, in the background: nothing that
 * is recorded or published waits longer than the caller's patience. What it hands out as cosigned is durable.
 */
export class Witnessing {
  readonly #options: WitnessingOptions
  readonly #memory: QuorumMemory
  readonly #witnesses: readonly ConsultedWitness[]
  readonly #startedMs: number
  readonly #complained = new Map<string, string>()
  #last: (Quorum & { readonly monotonicMs: number }) | undefined
  #wasLate = false

  private constructor(options: WitnessingOptions, memory: QuorumMemory, last: Quorum | undefined) {
    const { policy, clock } = options
    this.#options = options
    this.#memory = memory
    const asked = policy.witnesses.filter(({ url }) => url !== undefined)
    this.#witnesses = asked.map((witness) => new ConsultedWitness(witness, options))
    this.#startedMs = clock.monotonic()
    // A clock that was set back since must not make an old quorum young.
    const ageMs = last === undefined ? 0 : Math.max(0, clock.now() - last.atMs)
    this.#last = last && { ...last, monotonicMs: this.#startedMs - ageMs }
  }

  /** Takes up the quorum that is remembered. */
  static async open(options: WitnessingOptions): Promise<Witnessing> {
    const memory = new QuorumMemory(options.memoryPath, options.policy)
    return new Witnessing(options, memory, await memory.read())
  }

  get state(): WitnessingState {
    const { clock, alertAfterMs } = this.#options
    const now = clock.monotonic()
    const since = this.#last?.monotonicMs ?? this.#startedMs
    return {
      lastQuorum: this.#last && { size: this.#last.size, ageMs: now - this.#last.monotonicMs },
      isLate: now - since > alertAfterMs,
      witnesses: this.#witnesses.map(({ state }) => state),
    }
  }

  /** The newest checkpoint that carries a quorum's cosignatures. */
  get quorum(): string | undefined {
    return this.#last?.note
  }

  /**
   * The signed note with the cosignatures of a quorum, or as it was given when they do not come within `patienceMs`; they are
   * gathered on all the same. Never rejects.
   */
  async cosigned(note: string, patienceMs: number, isUrgent = false): Promise<string> {
    const patience = new AbortController()
    const late = pause(patienceMs, note, { signal: patience.signal, ref: false }).catch(() => note)
    const gathered = this.#gather(note, isUrgent).catch(() => undefined)
    const found = await Promise.race([gathered, late])
    patience.abort()
    return found ?? note
  }

  /** Whether a quorum has seen the log within so long; when not, asks once more with the checkpoint that `head` gives. */
  async isFresh(withinMs: number, head: () => Promise<string>): Promise<boolean> {
    const isYoung = () => (this.state.lastQuorum?.ageMs ?? Number.POSITIVE_INFINITY) <= withinMs
    if (isYoung()) return true
    await this.cosigned(await head(), this.#options.timeoutMs, true)
    return isYoung()
  }

  /** True when the checkpoint is without a quorum, or its quorum has grown old: then the witnesses should see it again. */
  needs(note: string): boolean {
    const age = this.state.lastQuorum?.ageMs ?? Number.POSITIVE_INFINITY
    return (
      age > this.#options.heartbeatMs || parseNote(this.#last?.note ?? '')?.text !== parseNote(note)?.text
    )
  }

  /** Says once what has changed for the worse or the better since it was last called. */
  complain(): void {
    const { witnesses, isLate } = this.state
    for (const { name, problem = '' } of witnesses) {
      if (problem !== '' && this.#complained.get(name) !== problem) {
        this.#options.report(`witness ${name}: ${problem}`)
      }
      this.#complained.set(name, problem)
    }
    if (isLate !== this.#wasLate) {
      const late =
        'no quorum of witnesses has cosigned the log for too long; what is recorded since has no witness'
      this.#options.report(isLate ? `witnesses: ${late}` : 'witnesses: a quorum has cosigned the log again')
    }
    this.#wasLate = isLate
  }

  /** Resolves as soon as there is a quorum, or when every witness has answered without one. */
  #gather(note: string, isUrgent: boolean): Promise<string | undefined> {
    const size = parseCheckpoint(parseNote(note)?.text ?? '')?.size
    if (size === undefined || !this.#options.policy.demandsWitnesses) return Promise.resolve(undefined)
    const cosignatures: Cosignature[] = []
    return new Promise((resolve) => {
      const answers = this.#witnesses.map(async (witness) => {
        const cosignature = await witness.cosign({ checkpoint: note, size }, isUrgent)
        if (cosignature === undefined) return
        cosignatures.push(cosignature)
        const found = await this.#quorumOf(note, cosignatures)
        if (found !== undefined) resolve(found)
      })
      void Promise.allSettled(answers).then(() => resolve(undefined))
    })
  }

  async #quorumOf(note: string, cosignatures: readonly Cosignature[]): Promise<string | undefined> {
    if (!this.#options.policy.hasQuorum(cosignatures)) return undefined
    const { clock } = this.#options
    const lines = cosignatures.map(({ line }) => line)
    const quorum = this.#memory.quorumOf(withSignatures(note, lines), clock.now())
    if (quorum === undefined) return undefined
    await this.#memory.keep(quorum)
    if (quorum.size >= (this.#last?.size ?? 0)) this.#last = { ...quorum, monotonicMs: clock.monotonic() }
    return quorum.note
  }
}
