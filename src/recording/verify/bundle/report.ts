/** What is judged, each by itself: a good signature on an incomplete record is not a good record. */
export const CHECK_NAMES = [
  'signatures',
  'inclusion',
  'completeness',
  'parts',
  'coverage',
  'keys',
  'approvals',
] as const
export type CheckName = (typeof CHECK_NAMES)[number]

export interface Check {
  /** `unpinned`: everything fits together, but the log key was taken from the bundle itself. */
  readonly status: 'passed' | 'failed' | 'not-present' | 'unpinned'
  /** One sentence for a person. */
  readonly detail: string
  /** Each is one sentence; empty unless failed. */
  readonly problems: readonly string[]
}

export interface BundleCounts {
  readonly files: number
  readonly events: number
  readonly statements: number
  readonly parts: number
  readonly disclosed: number
  readonly withheld: number
  readonly erased: number
}

export interface BundleReport {
  /** No check failed. Look at `checks.keys` for whether the log key was one you trust. */
  readonly ok: boolean
  /** The run the bundle is about, as far as it says so readably. */
  readonly run?: string
  readonly checks: Readonly<Record<CheckName, Check>>
  /** Whether enough witnesses have cosigned the checkpoint; only there when a policy was given. */
  readonly witnesses?: Check
  readonly counts: BundleCounts
}

/** Passed with this sentence, unless there are problems. */
export function judged(problems: readonly string[], passedDetail: string): Check {
  if (problems.length === 0) return { status: 'passed', detail: passedDetail, problems }
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return { status: 'failed', detail: `${problems[0]}${more}`, problems: problems.slice(0, MAX_PROBLEMS) }
}

/** A hostile bundle can be wrong in a million places; the first few say enough. */
const MAX_PROBLEMS = 20
