import { type Failure, isFailure, KINDS, type Problem } from '../kernel/index.ts'
import type { Context } from './context.ts'

/** Tells the user what went wrong, never with a stack trace, and gives the exit code (DESIGN §8). */
export function reportFailure(error: unknown, { colours, json, print }: Context): number {
  if (!isFailure(error)) {
    process.stderr.write(
      `${colours.red('error')} cli.unexpected: Custody has a defect here; run "custody doctor" and report it.\n`,
    )
    return 1
  }
  if (json) print(JSON.stringify({ error: describe(error) }))
  process.stderr.write(`${colours.red('error')} ${error.code}: ${error.message}\n`)
  for (const problem of error.problems) process.stderr.write(`  ${formatProblem(problem)}\n`)
  return KINDS[error.kind].exitCode
}

function describe({ code, message, problems }: Failure): object {
  return { code, message, ...(problems.length === 0 ? {} : { problems }) }
}

function formatProblem({ file, line, column, path, message, suggestion }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':') || path || ''
  return `${place === '' ? '' : `${place}  `}${message}${suggestion === undefined ? '' : `  → ${suggestion}`}`
}
