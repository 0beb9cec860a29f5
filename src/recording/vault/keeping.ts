import type { Timestamp } from '../../kernel/index.ts'

/** How long some parts are kept, and from when that counts. */
export interface Keeping {
  /** Absent: until a person erases them. */
  readonly retentionMs?: number
  readonly since: Timestamp
}

/** What parts that expire together have in common: they are wrapped by one key. */
export interface KeyGroup {
  /** `keep`, or the days as `400d`. */
  readonly class: string
  /** The month in which keeping began: `2026-11`. */
  readonly period: string
}

const DAY_MS = 86_400_000

/** The retention class of so many milliseconds (whole days; parts of a day count as one). */
export function classOf(retentionMs: number | undefined): string {
  return retentionMs === undefined ? 'keep' : `${Math.ceil(retentionMs / DAY_MS)}d`
}

export function groupOf({ retentionMs, since }: Keeping): KeyGroup {
  return { class: classOf(retentionMs), period: since.slice(0, 7) }
}
