import { logFilesAt } from '../recording/log-files/index.ts'
import { nodeCrypto } from '../recording/node-crypto/index.ts'
import { type LogReport, verifyLog, type WitnessPolicy } from '../recording/verify/index.ts'
import { checkLines, verdictText } from './check-lines.ts'
import type { Context } from './context.ts'
import { readKeptCheckpoint } from './kept-checkpoint.ts'
import { printableLine } from './printable.ts'
import { withProgress } from './progress.ts'

const VERIFICATION_FAILED = 6

export interface LogToVerify {
  readonly directory: string
  readonly vkeys: readonly string[]
  readonly old: string | undefined
  readonly policy: WitnessPolicy | undefined
}

/** Verifies a published log and prints the report; gives the exit code. */
export async function verifyLogDirectory(
  context: Context,
  { directory, vkeys, old, policy }: LogToVerify,
): Promise<number> {
  const oldCheckpoint = old === undefined ? undefined : await readKeptCheckpoint(old)
  const report = await withProgress(context, 'Reading every entry', () =>
    verifyLog(logFilesAt(directory), {
      crypto: nodeCrypto,
      vkeys,
      ...(oldCheckpoint === undefined ? {} : { oldCheckpoint }),
      ...(policy === undefined ? {} : { policy }),
    }),
  )
  if (context.json) context.print(JSON.stringify(report))
  else for (const line of reportLines(report, context.colours)) context.print(line)
  return report.ok ? 0 : VERIFICATION_FAILED
}

function reportLines({ ok, origin, size, checks }: LogReport, colours: Context['colours']): string[] {
  return [
    `${verdictText(ok, colours)}  ${printableLine(origin ?? 'unknown log')}, ${size ?? 0} entries`,
    ...checkLines(checks, colours),
  ]
}
