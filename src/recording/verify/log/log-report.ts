import type { Check } from '../bundle/report.ts'

/** What is judged about a published log, each by itself. */
export const LOG_CHECK_NAMES = ['checkpoint', 'entries', 'files', 'history', 'witnesses'] as const
export type LogCheckName = (typeof LOG_CHECK_NAMES)[number]

export interface LogReport {
  /** No check failed. `history` and `witnesses` are only judged when there is something to judge them by. */
  readonly ok: boolean
  /** What the checkpoint says, as far as it is readable. */
  readonly origin?: string
  readonly size?: number
  /** Hex. */
  readonly root?: string
  readonly checks: Readonly<Record<LogCheckName, Check>>
}

/** Said of whatever could not be looked at because something before it was missing. */
export function notLookedAt(detail: string): Check {
  return { status: 'not-present', detail, problems: [] }
}
