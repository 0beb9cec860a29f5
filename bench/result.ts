/** One measured figure: a table, and which targets it meets. */
export interface Result {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly targets: readonly Target[]
}

/** A figure held against its target (now) and its goal (later). */
export interface Target {
  readonly what: string
  readonly measured: string
  readonly target: string
  readonly met: boolean
}

/** The middle one of some measurements, which one disturbed round cannot move. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value that `share` of the measurements do not exceed; NaN when there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
