/** What kind of thing went wrong. One table turns it into an HTTP status and an exit code, so no caller decides that. */
export type FailureKind =
  | 'invalid'
  | 'refused'
  | 'not-found'
  | 'unauthenticated'
  | 'forbidden'
  | 'conflict'
  | 'too-large'
  | 'unavailable'
  | 'unverified'
  | 'failed'

/** HTTP status and process exit code of each kind (DESIGN §8). */
export const KINDS: Readonly<
  Record<FailureKind, { readonly httpStatus: number; readonly exitCode: number }>
> = {
  invalid: { httpStatus: 400, exitCode: 2 },
  refused: { httpStatus: 403, exitCode: 3 },
  'not-found': { httpStatus: 404, exitCode: 4 },
  unauthenticated: { httpStatus: 401, exitCode: 5 },
  forbidden: { httpStatus: 403, exitCode: 5 },
  conflict: { httpStatus: 409, exitCode: 1 },
  'too-large': { httpStatus: 413, exitCode: 2 },
  unavailable: { httpStatus: 503, exitCode: 7 },
  unverified: { httpStatus: 422, exitCode: 6 },
  failed: { httpStatus: 500, exitCode: 1 },
}

/**
 * The one error class for surprises. `code` is stable and catalogued; `message` is one sentence that says what to do
 * and never holds a secret, token, prompt or body. Expected outcomes are values, not Failures.
 */
export class Failure extends Error {
  readonly code: string
  readonly kind: FailureKind
  /** Problems found all at once (for instance by a parser), each already safe to show. */
  readonly problems: readonly Problem[]

  constructor(code: string, kind: FailureKind, message: string, extra: FailureExtra = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause })
    this.name = 'Failure'
    this.code = code
    this.kind = kind
    this.problems = extra.problems ?? []
  }
}

/** One problem in a file or value: where, what, and what to write instead. */
export interface Problem {
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly path?: string
  readonly suggestion?: string
}

interface FailureExtra {
  readonly cause?: unknown
  readonly problems?: readonly Problem[]
}

/** A module's error codes: short name → kind and the meaning printed in `docs/errors.md`. */
export type CodeTable = Readonly<Record<string, { readonly kind: FailureKind; readonly meaning: string }>>

/** The catalogue of one module; `create` is the only way to make its Failures. */
export interface FailureCatalogue<Codes extends CodeTable> {
  readonly area: string
  readonly codes: Codes
  create(name: keyof Codes & string, message: string, extra?: FailureExtra): Failure
}

/** Declares the error codes of one module; the full code is `<area>.<name>`. */
export function defineFailures<const Codes extends CodeTable>(
  area: string,
  codes: Codes,
): FailureCatalogue<Codes> {
  return {
    area,
    codes,
    create: (name, message, extra) =>
      new Failure(`${area}.${name}`, codes[name]?.kind ?? 'failed', message, extra),
  }
}

/** True for a Failure, optionally with this code. */
export function isFailure(error: unknown, code?: string): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code)
}
