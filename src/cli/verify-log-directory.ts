import { readFile } from 'node:fs/promises'
import { logFilesAt } from '../recording/log-files/index.ts'
import { nodeCrypto } from '../recording/node-crypto/index.ts'
import { type LogReport, verifyLog } from '../recording/verify/index.ts'
import { checkLines, verdictText } from './check-lines.ts'
import type { Context } from './context.ts'
import { cliFailures } from './failures.ts'
import { printableLine } from './printable.ts'
import { withProgress } from './progress.ts'

const VERIFICATION_FAILED = 6

/** Verifies a published log and prints the report; gives the exit code. */
export async function verifyLogDirectory(
  context: Context,
  { directory, vkeys, old }: { directory: string; vkeys: readonly string[]; old: string | undefined },
): Promise<number> {
  const oldCheckpoint = old === undefined ? undefined : await readOldCheckpoint(old)
  const report = await withProgress(context, 'Reading every entry', () =>
    verifyLog(logFilesAt(directory), {
      crypto: nodeCrypto,
      vkeys,
      ...(oldCheckpoint === undefined ? {} : { oldCheckpoint }),
    }),
  )
  if (context.json) context.print(JSON.stringify(report))
  else for (const line of reportLines(report, context.colours)) context.print(line)
  return report.ok ? 0 : VERIFICATION_FAILED
}

function readOldCheckpoint(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw cliFailures.create('file-unreadable', `${path} cannot be read; give a checkpoint that was kept.`, {
      cause,
    })
  })
}

function reportLines({ ok, origin, size, checks }: LogReport, colours: Context['colours']): string[] {
  return [
    `${verdictText(ok, colours)}  ${printableLine(origin ?? 'unknown log')}, ${size ?? 0} entries`,
    ...checkLines(checks, colours),
  ]
}
