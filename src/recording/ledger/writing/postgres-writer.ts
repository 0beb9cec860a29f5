import { setTimeout as pause } from 'node:timers/promises'
import { connectPostgres, type PostgresSession, tooOld } from '../../../storage/index.ts'
import { type AppendFailure, isContradiction, refusal, type UnitOutcome } from '../append.ts'
import { contradiction } from '../contradiction.ts'
import { type BatchPlan, isEmptyPlan, type Projection, planBatch } from './plan-batch.ts'
import { whatToDo } from './postgres-errors.ts'
import { begin, finish, rollback, wasCommitted } from './postgres-store.ts'
import type { PreparedUnit } from './prepared-unit.ts'
import { takeBatch } from './take-batch.ts'
import type { Writer, WriterEvents } from './writer.ts'

export interface PostgresWriterOptions {
  readonly url: string
  readonly projections: readonly Projection[]
  readonly events: WriterEvents
}

/** How long appends wait for a database that cannot be reached before they are refused. */
const PATIENCE_MS = 10_000
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1000

/**
 * One of the writers of a ledger in PostgreSQL. Each batch is one transaction that locks the head, so that the batches
 * of all processes follow one another and each sees what was committed before. A connection that is lost is made
 * again, and nothing is answered before it is known whether it was stored.
 */
export class PostgresWriter implements Writer {
  readonly #options: PostgresWriterOptions
  readonly #queue: PreparedUnit[] = []
  #session: PostgresSession
  #working: Promise<void> | undefined
  #seenSize = 0
  #stopped: string | undefined

  private constructor(options: PostgresWriterOptions, session: PostgresSession) {
    this.#options = options
    this.#session = session
  }

  /** Connects; rejects with `storage.*` when the database cannot be used. */
  static async start(options: PostgresWriterOptions): Promise<PostgresWriter> {
    return new PostgresWriter(options, await connectPostgres(options.url))
  }

  send(units: readonly PreparedUnit[]): void {
    this.#queue.push(...units)
    this.#working ??= this.#work()
  }

  async close(): Promise<void> {
    await this.#working
    await this.#session.close()
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      this.#options.events.settled(await this.#commit(takeBatch(this.#queue)))
    }
    this.#working = undefined
  }

  async #commit(units: readonly PreparedUnit[]): Promise<readonly UnitOutcome[]> {
    const outcomes = await this.#commitTogether(units)
    if (units.length === 1 || !outcomes.some(isContradiction)) return outcomes
    // One unit that contradicts what is stored must not take the others of its group with it.
    const alone: UnitOutcome[] = []
    for (const unit of units) alone.push(...(await this.#commitTogether([unit])))
    return alone
  }

  async #commitTogether(units: readonly PreparedUnit[]): Promise<readonly UnitOutcome[]> {
    const startedMs = performance.now()
    let doubt: Doubt | undefined
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      if (this.#stopped !== undefined) return refuseAll(units, 'stopped', this.#stopped)
      const attempt = await this.#attempt(units, doubt)
      if (!('again' in attempt)) return attempt
      doubt = attempt.doubt ?? doubt
      if (performance.now() - startedMs > PATIENCE_MS) return refuseAll(units, 'unreachable', attempt.again)
      await pause(pauseMs)
    }
  }

  async #attempt(
    units: readonly PreparedUnit[],
    doubt: Doubt | undefined,
  ): Promise<readonly UnitOutcome[] | Again> {
    let begun: Doubt | undefined
    try {
      const session = await this.#connected()
      const { known, transaction, compatibleSince } = await begin(session, units)
      const newer = tooOld(compatibleSince)
      if (newer !== undefined) throw newer
      if (known.tree.size < this.#seenSize) throw wentBack(known.tree.size, this.#seenSize)
      if (doubt !== undefined && (await wasCommitted(session, doubt.transaction))) {
        await rollback(session)
        return doubt.plan.outcomes
      }
      const plan = planBatch(units, known, this.#options.projections)
      begun = { transaction, plan }
      await (isEmptyPlan(plan) ? rollback(session) : finish(session, plan))
      this.#seenSize = plan.tree.size
      return plan.outcomes
    } catch (error) {
      return this.#recover(error, units, begun)
    }
  }

  async #connected(): Promise<PostgresSession> {
    if (!this.#session.isOpen) this.#session = await connectPostgres(this.#options.url)
    return this.#session
  }

  async #recover(
    error: unknown,
    units: readonly PreparedUnit[],
    begun: Doubt | undefined,
  ): Promise<readonly UnitOutcome[] | Again> {
    const detail = error instanceof Error ? error.message : String(error)
    const next = whatToDo(error)
    // Whatever state the session is in, a new one is in none.
    if (next === 'again' || next === 'stopped') await this.#session.close()
    else await rollback(this.#session).catch(() => this.#session.close())
    if (next === 'again') return { again: detail, ...(begun === undefined ? {} : { doubt: begun }) }
    if (next === 'stopped') this.#stopped = detail
    return refuseAll(units, next, detail)
  }
}

/** A failover to a copy that lacks acknowledged entries: going on would give their indexes to others. */
function wentBack(size: number, seen: number) {
  return contradiction(`the database holds ${size} entries, and held ${seen} before: it is an older copy`)
}

/** A transaction whose end was not heard, with what it would have stored. */
interface Doubt {
  readonly transaction: string
  readonly plan: BatchPlan
}

interface Again {
  readonly again: string
  readonly doubt?: Doubt
}

function refuseAll(
  units: readonly PreparedUnit[],
  failure: AppendFailure,
  detail: string,
): readonly UnitOutcome[] {
  return units.map(() => refusal(failure, detail))
}
