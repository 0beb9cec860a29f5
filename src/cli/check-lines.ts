import type { BundleReport } from '../recording/verify/index.ts'
import type { Context } from './context.ts'
import { printableLine } from './printable.ts'

type Checks = Readonly<Record<string, BundleReport['checks']['keys']>>

/** The verdict of a verification, in a word. */
export function verdictText(ok: boolean, colours: Context['colours']): string {
  return ok ? colours.green(colours.bold('verified')) : colours.red(colours.bold('NOT VERIFIED'))
}

/** One line a check, with its further problems below it. */
export function checkLines(checks: Checks, colours: Context['colours']): string[] {
  const paint = {
    passed: colours.green,
    failed: colours.red,
    unpinned: colours.yellow,
    'not-present': colours.dim,
  }
  return Object.entries(checks).flatMap(([name, { status, detail, problems }]) => [
    `  ${name.padEnd(13)} ${paint[status](status.padEnd(11))} ${printableLine(detail)}`,
    ...problems.slice(1).map((problem) => `${' '.repeat(28)}${printableLine(problem)}`),
  ])
}
