import type { Clock } from '../../kernel/index.ts'
import { isFailure } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { OpenRun } from './open-run.ts'
import { hearRun, lastTaker, type RunTables, silentRuns, takeRun } from './store.ts'

interface SharedRunsDeps {
  readonly ledger: Ledger
  readonly reader: Reader<RunTables>
  readonly clock: Clock
}

/** How many pieces of requests each server may name in a run; their numbers must not meet. */
const NUMBERS_EACH = 10_000_000
/** A run is noted as heard of this many times within the time after which it counts as silent. */
const NOTES_WITHIN_SILENCE = 4

/** What servers that record in one database must know of each other's open runs. */
export class SharedRuns {
  readonly #deps: SharedRunsDeps
  readonly #notedMs = new Map<string, number>()
  #suspects: ReadonlySet<string> = new Set()

  constructor(deps: SharedRunsDeps) {
    this.#deps = deps
  }

  /** To be written with a run's first event. */
  opened(run: string): Write {
    return hearRun(run, this.#deps.clock.now())
  }

  /** Takes a share in a run that another server opened: the first number of the pieces this one may name. */
  async take(run: string): Promise<number> {
    const { ledger, reader } = this.#deps
    for (let number = (await lastTaker(reader, run)) + 1; ; number++) {
      try {
        await ledger.write([takeRun(run, number)])
        return number * NUMBERS_EACH
      } catch (error) {
        // Another server was quicker; the next number is free.
        if (!isFailure(error, 'ledger.contradicts')) throw error
      }
    }
  }

  /** Lets the other servers know which runs are heard of here. */
  async note(runs: Iterable<OpenRun>, silentMs: number): Promise<void> {
    const { ledger, clock } = this.#deps
    const every = silentMs / NOTES_WITHIN_SILENCE
    const [nowMs, at] = [clock.monotonic(), clock.now()]
    const heard = [...runs].filter(({ id, lastHeardMs }) => {
      const notedMs = this.#notedMs.get(id) ?? Number.NEGATIVE_INFINITY
      return lastHeardMs > notedMs && nowMs - notedMs >= every
    })
    if (heard.length === 0) return
    await ledger.write(
      heard.map(({ id, lastHeardMs }) => hearRun(id, Math.round(at - (nowMs - lastHeardMs)))),
    )
    for (const { id } of heard) this.#notedMs.set(id, nowMs)
  }

  /**
   * Open runs that no server has heard of for `silentMs`, now and when this was last asked: after the database was away,
   * every server has had the time to note what it heard meanwhile.
   */
  async silent(silentMs: number): Promise<string[]> {
    const silent = await silentRuns(this.#deps.reader, this.#deps.clock.now() - silentMs)
    const before = this.#suspects
    this.#suspects = new Set(silent)
    return silent.filter((run) => before.has(run))
  }

  forget(run: string): void {
    this.#notedMs.delete(run)
  }
}
