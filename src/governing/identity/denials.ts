import type { Clock } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import type { ChangeLog, IdentityEvent } from './change-log.ts'

/** An attempt that was refused. Everything here is a code or an id: what was sent is not recorded. */
export interface Denial {
  /** `system` when nobody was signed in. */
  readonly actor: Actor
  /** The failure's code. */
  readonly code: string
  /** A permission, or a route as the table writes it. */
  readonly of: string
  /** The run whose token was used. */
  readonly run?: string
}

interface Counted {
  readonly denial: Denial
  count: number
}

interface DenialsDeps {
  readonly log: ChangeLog
  readonly clock: Clock
  /** Is told when counted attempts could not be recorded. */
  report(error: unknown): void
}

/** In one window each kind of denial is recorded once at first, and once more with its count. */
const WINDOW_MS = 60_000
/** Beyond this many kinds in a window the rest are told apart by who and why only. */
const MAX_KINDS = 200

/** Records refused attempts so that nobody can flood the ledger with them: counted, never dropped. */
export class Denials {
  readonly #deps: DenialsDeps
  #windowEndsMs = 0
  #counted = new Map<string, Counted>()

  constructor(deps: DenialsDeps) {
    this.#deps = deps
  }

  /** Notes an attempt; resolves when what has to be recorded of it now is durable. Never rejects. */
  async note(denial: Denial): Promise<void> {
    const ended = this.#endedWindow()
    const counted = this.#counted
    const isFull = counted.size >= MAX_KINDS && !counted.has(nameOf(denial))
    const noted = isFull ? { actor: denial.actor, code: denial.code, of: OTHERS } : denial
    const entry = counted.get(nameOf(noted))
    if (entry === undefined) counted.set(nameOf(noted), { denial: noted, count: 0 })
    else entry.count += 1
    const first = entry === undefined ? [eventOf(noted, 1)] : []
    await this.#record([...ended, ...first])
  }

  /** Records what was counted so far. */
  async flush(): Promise<void> {
    this.#windowEndsMs = 0
    await this.#record(this.#endedWindow())
  }

  #endedWindow(): readonly IdentityEvent[] {
    const now = this.#deps.clock.monotonic()
    if (now < this.#windowEndsMs) return []
    const ended = [...this.#counted.values()].filter(({ count }) => count > 0)
    this.#counted = new Map()
    this.#windowEndsMs = now + WINDOW_MS
    return ended.map(({ denial, count }) => eventOf(denial, count))
  }

  async #record(events: readonly IdentityEvent[]): Promise<void> {
    if (events.length === 0) return
    await this.#deps.log
      .record(events, [], { quiet: true })
      .catch((error: unknown) => this.#deps.report(error))
  }
}

/** Stands for what was attempted when it is too much to tell apart; who attempted it is always told. */
const OTHERS = 'others'

function nameOf({ actor, code, of, run = '' }: Denial): string {
  return `${actor} ${code} ${of} ${run}`
}

/** `count`: how many attempts this entry stands for. */
function eventOf({ actor, code, of, run }: Denial, count: number): IdentityEvent {
  return {
    kind: 'identity.denied',
    actor,
    data: { code, of, count, ...(run === undefined ? {} : { token: run }) },
  }
}
