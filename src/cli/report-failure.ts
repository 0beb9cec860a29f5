import { type Failure, isFailure, KINDS, type Problem } from '../kernel/index.ts'
import type { Context } from './context.ts'
import { cliFailures } from './failures.ts'
import { printableLine } from './printable.ts'

/** Tells the user what went wrong in one line, and each problem in one more; gives the exit code (DESIGN §8). */
export function reportFailure(error: unknown, context: Context): number {
  const { environment, json, noteColours, complain, print } = context
  const failure = isFailure(error) ? error : unforeseen(error)
  if (json) print(JSON.stringify({ error: describe(failure) }))
  complain(`${noteColours.red('error')} ${failure.code}: ${printableLine(failure.message)}`)
  for (const problem of failure.problems) complain(`  ${formatProblem(problem)}`)
  if (environment.debug) complain(stackOf(error))
  return KINDS[failure.kind].exitCode
}

/** What the system refuses is the user's to mend; anything else is a defect of ours. */
function unforeseen(error: unknown): Failure {
  const { code, syscall, path } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && typeof syscall === 'string') {
    const what = path === undefined ? syscall : `${syscall} ${path}`
    return cliFailures.create(
      'system',
      `The system refused ${what} (${code}); check that it exists, its owner and the space left.`,
      { cause: error },
    )
  }
  return cliFailures.create(
    'unexpected',
    'This is a defect of Custody; show where with CUSTODY_DEBUG=1, and report it.',
    { cause: error },
  )
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

function describe({ code, message, problems }: Failure): object {
  return { code, message, ...(problems.length === 0 ? {} : { problems }) }
}

function formatProblem({ file, line, column, path, message, suggestion }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':') || path || ''
  return printableLine(
    `${place === '' ? '' : `${place}  `}${message}${suggestion === undefined ? '' : `  → ${suggestion}`}`,
  )
}
