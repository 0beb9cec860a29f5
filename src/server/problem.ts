import { type Failure, KINDS } from '../kernel/index.ts'

/** An error as the API tells it (RFC 9457). */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly kind: string
  readonly detail: string
  readonly errors?: Failure['problems']
}

export const PROBLEM_TYPE = 'application/problem+json'

export function problemOf(failure: Failure): ProblemDetails {
  const { code, kind, message, problems } = failure
  return {
    type: `https://custody.dev/problems/${code}`,
    title: code,
    status: KINDS[kind].httpStatus,
    code,
    kind,
    detail: message,
    ...(problems.length === 0 ? {} : { errors: problems }),
  }
}
