import type { Failure } from '../../../kernel/index.ts'
import type { AppendFailure, AppendUnit, Position, UnitOutcome } from '../append.ts'
import { ledgerFailures } from '../failures.ts'
import { type PreparedUnit, prepareUnit } from './prepared-unit.ts'
import type { Writer, WriterEvents } from './writer.ts'

/** Refused beyond this many units in flight: memory stays bounded when the disk is slower than the callers. */
const MAX_WAITING = 8192

/** Between those who append and the writer: one message for everything of one turn of the event loop. */
export class AppendQueue {
  readonly #node: string
  readonly #waiting: Waiting[] = []
  #writer: Writer | undefined
  #unsent: PreparedUnit[] = []
  #broken: string | undefined

  private constructor(node: string) {
    this.#node = node
  }

  /** Starts the writer that `start` gives and queues before it; `node` names this server in every event. */
  static async open(node: string, start: (events: WriterEvents) => Promise<Writer>): Promise<AppendQueue> {
    const queue = new AppendQueue(node)
    queue.#writer = await start({
      settled: (outcomes) => queue.#settle(outcomes),
      broken: (detail) => queue.#break(detail),
    })
    return queue
  }

  /** False once the writer has stopped for good. */
  get healthy(): boolean {
    return this.#broken === undefined
  }

  /** How many units are on their way. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves when the unit is durable; rejects with a Failure (`ledger.*`), and then nothing of it is stored. */
  send(unit: AppendUnit): Promise<readonly Position[]> {
    if (this.#broken !== undefined) return Promise.reject(toFailure('stopped', this.#broken))
    if (this.#waiting.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} appends are waiting; try again in a moment.`
      return Promise.reject(ledgerFailures.create('overloaded', message))
    }
    return new Promise((resolve, reject) => {
      this.#unsent.push(prepareUnit(unit, this.#node))
      this.#waiting.push({ resolve, reject })
      if (this.#unsent.length === 1) setImmediate(() => this.#flush())
    })
  }

  /** Finishes what is waiting. */
  async close(): Promise<void> {
    this.#flush()
    await this.#writer?.close()
  }

  #flush(): void {
    if (this.#unsent.length === 0) return
    const units = this.#unsent
    this.#unsent = []
    this.#writer?.send(units)
  }

  #settle(outcomes: readonly UnitOutcome[]): void {
    const settled = this.#waiting.splice(0, outcomes.length)
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.ok) {
        settled[i]?.resolve(outcome.positions)
        continue
      }
      if (outcome.failure === 'stopped') this.#broken ??= outcome.detail
      settled[i]?.reject(toFailure(outcome.failure, outcome.detail))
    }
  }

  #break(detail: string): void {
    this.#broken ??= detail
    for (const waiting of this.#waiting.splice(0)) waiting.reject(toFailure('stopped', detail))
  }
}

interface Waiting {
  resolve(positions: readonly Position[]): void
  reject(failure: Failure): void
}

const MESSAGES: Readonly<Record<AppendFailure, (detail: string) => string>> = {
  'entry-too-large': (detail) =>
    `The event has ${detail}, more than the 65,535 an entry may have; put bodies into parts.`,
  'run-sealed': (detail) => `${detail} is closed; open a new run.`,
  'run-unknown': (detail) => `${detail} was never opened; open it first.`,
  contradicts: () => 'It contradicts what is stored (the same id or name twice); nothing of it was stored.',
  'disk-full': () => 'The disk is full, so nothing can be recorded; free space and try again.',
  unreachable: () =>
    'The database cannot be reached, so calls are refused; whether this was stored is not known, and sending it again is safe.',
  stopped: () =>
    'The ledger stopped after a failed write; restart the server, which recovers or says why it cannot.',
}

function toFailure(failure: AppendFailure, detail: string): Failure {
  return ledgerFailures.create(failure, MESSAGES[failure](detail), { cause: new Error(detail) })
}
