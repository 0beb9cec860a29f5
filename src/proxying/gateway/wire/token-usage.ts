import { valueAt } from './untrusted.ts'

/** Token counts of one call, whatever the vendor includes where (rules C2 and C3). */
export interface TokenCounts {
  /** Everything sent, cache reads and writes included. */
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** Of the cache writes, those kept for an hour; they cost more. */
  readonly cacheWriteHourTokens: number
  /** Everything produced, reasoning included. */
  readonly outputTokens: number
  readonly reasoningTokens: number
}

/** Per count, the paths in the vendor's usage object whose sum it is. */
export type UsageTable = Readonly<Record<keyof TokenCounts, readonly string[]>>

const MAX_COUNT = 2 ** 40

/** Collects a vendor's usage figures, which may come in several instalments; the last one wins, path by path. */
export class UsageDraft {
  readonly #table: UsageTable
  readonly #paths: ReadonlySet<string>
  readonly #figures = new Map<string, unknown>()
  #isFinal = false

  constructor(table: UsageTable) {
    this.#table = table
    this.#paths = new Set(Object.values(table).flat())
  }

  /** Takes in one usage object; `isFinal` is false for figures that the vendor will still raise. */
  read(usage: unknown, isFinal: boolean): void {
    if (typeof usage !== 'object' || usage === null) return
    for (const path of this.#paths) {
      const figure = valueAt(usage, path)
      if (figure !== undefined && figure !== null) this.#figures.set(path, figure)
    }
    this.#isFinal ||= isFinal
  }

  /** True when a figure cannot be a count, or the parts exceed the whole. */
  isAbsurd(): boolean {
    if (![...this.#figures.values()].every(isCount)) return true
    const { inputTokens, cacheReadTokens, cacheWriteTokens } = this.#sums()
    return cacheReadTokens + cacheWriteTokens > inputTokens
  }

  /** True when the vendor's final figures were seen and make sense. */
  isReported(): boolean {
    return this.#isFinal && this.#figures.has(this.#table.inputTokens[0] ?? '') && !this.isAbsurd()
  }

  /** What was seen so far; zeros when it is absurd. */
  counts(): TokenCounts {
    return this.isAbsurd() ? this.#sums(() => 0) : this.#sums()
  }

  #sums(figureAt = (path: string) => Number(this.#figures.get(path) ?? 0)): TokenCounts {
    const sum = (field: keyof TokenCounts) =>
      this.#table[field].reduce((total, path) => total + figureAt(path), 0)
    return {
      inputTokens: sum('inputTokens'),
      cacheReadTokens: sum('cacheReadTokens'),
      cacheWriteTokens: sum('cacheWriteTokens'),
      cacheWriteHourTokens: sum('cacheWriteHourTokens'),
      outputTokens: sum('outputTokens'),
      reasoningTokens: sum('reasoningTokens'),
    }
  }
}

function isCount(figure: unknown): boolean {
  return Number.isSafeInteger(figure) && Number(figure) >= 0 && Number(figure) <= MAX_COUNT
}
