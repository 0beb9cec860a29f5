import { type AppendFailure, isContradiction, type Position, refusal, type UnitOutcome } from '../append.ts'
import { type BatchPlan, isEmptyPlan, type Known, type Projection, planBatch } from './plan-batch.ts'
import type { PreparedUnit } from './prepared-unit.ts'
import { RecentRuns } from './recent-runs.ts'
import type { RunHead } from './run-head.ts'
import type { SqliteStore } from './sqlite-store.ts'

/**
 * The only writer of a ledger in SQLite. One call of `commit` is one transaction over many units; after a failed one
 * nothing of it is stored. A failed write or sync stops the writer for good: after one, the kernel may have dropped
 * pages, and going on could fork the log.
 */
export class SqliteWriter {
  readonly #store: SqliteStore
  readonly #projections: readonly Projection[]
  readonly #recent = new RecentRuns()
  #tree: Known['tree']
  #stopped: string | undefined

  constructor(store: SqliteStore, projections: readonly Projection[]) {
    this.#store = store
    this.#projections = projections
    this.#tree = store.tree()
  }

  commit(units: readonly PreparedUnit[]): readonly UnitOutcome[] {
    const outcomes = this.#commitTogether(units)
    // One unit that contradicts what is stored must not take the others of its group with it.
    const isGuiltyAmongOthers = units.length > 1 && outcomes.some(isContradiction)
    return isGuiltyAmongOthers ? units.flatMap((unit) => this.#commitTogether([unit])) : outcomes
  }

  /**
   * Hardly ever is an id stored already, so nobody looks at first: the table refuses it. When anything is refused, the
   * batch is planned again knowing where its ids stand.
   */
  #commitTogether(units: readonly PreparedUnit[]): readonly UnitOutcome[] {
    if (this.#stopped !== undefined) return refuseAll(units, 'stopped', this.#stopped)
    const hasty = this.#plan(units, new Map())
    if (hasty.outcomes.every((outcome) => outcome.ok)) {
      const outcomes = this.#carryOut(hasty, units)
      if (!outcomes.some(isContradiction)) return outcomes
    }
    return this.#carryOut(this.#plan(units, this.#positionsOf(units)), units)
  }

  #plan(units: readonly PreparedUnit[], positions: Known['positions']): BatchPlan {
    const known = { tree: this.#tree, runs: this.#headsOf(units), positions }
    return planBatch(units, known, this.#projections)
  }

  #carryOut(plan: BatchPlan, units: readonly PreparedUnit[]): readonly UnitOutcome[] {
    try {
      if (!isEmptyPlan(plan)) this.#store.store(plan)
      this.#tree = plan.tree
      this.#recent.remember(plan.runs)
      return plan.outcomes
    } catch (error) {
      return this.#recover(error, units)
    }
  }

  #recover(error: unknown, units: readonly PreparedUnit[]): readonly UnitOutcome[] {
    const detail = error instanceof Error ? error.message : String(error)
    const failure = failureOf(error)
    try {
      this.#store.rollback()
    } catch {
      this.#stopped = detail
    }
    if (failure === 'stopped') this.#stopped = detail
    return refuseAll(units, failure, detail)
  }

  #headsOf(units: readonly PreparedUnit[]): ReadonlyMap<string, RunHead> {
    const heads = new Map<string, RunHead>()
    for (const entry of units.flatMap((unit) => unit.entries)) {
      if ('bytes' in entry || entry.run === undefined || heads.has(entry.run)) continue
      const head = this.#recent.get(entry.run) ?? this.#store.runHead(entry.run)
      if (head !== undefined) heads.set(entry.run, head)
    }
    return heads
  }

  #positionsOf(units: readonly PreparedUnit[]): ReadonlyMap<string, Position> {
    const positions = new Map<string, Position>()
    for (const { recordId } of units.flatMap((unit) => unit.entries)) {
      const position = this.#store.positionOf(recordId)
      if (position !== undefined) positions.set(recordId, position)
    }
    return positions
  }
}

function refuseAll(
  units: readonly PreparedUnit[],
  failure: AppendFailure,
  detail: string,
): readonly UnitOutcome[] {
  return units.map(() => refusal(failure, detail))
}

/** By SQLite's primary result code. Whatever is not listed may have hurt the file, and the writer must not go on. */
const FAILURE_OF_SQLITE: Readonly<Record<number, AppendFailure>> = { 13: 'disk-full', 19: 'contradicts' }

function failureOf(error: unknown): AppendFailure {
  const code = (error as { errcode?: unknown }).errcode
  return (typeof code === 'number' ? FAILURE_OF_SQLITE[code & 0xff] : undefined) ?? 'stopped'
}
