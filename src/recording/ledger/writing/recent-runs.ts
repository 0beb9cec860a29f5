import type { RunHead } from './run-head.ts'

/** A cache: a head that is not here is read from the database. */
const MAX_HEADS = 4096

/** The heads of the runs that were written to last. */
export class RecentRuns {
  readonly #heads = new Map<string, RunHead>()

  get(run: string): RunHead | undefined {
    return this.#heads.get(run)
  }

  remember(heads: readonly RunHead[]): void {
    for (const head of heads) {
      // The oldest comes first in a map, so each goes to its end.
      this.#heads.delete(head.run)
      this.#heads.set(head.run, head)
    }
    for (const run of this.#heads.keys()) {
      if (this.#heads.size <= MAX_HEADS) break
      this.#heads.delete(run)
    }
  }
}
