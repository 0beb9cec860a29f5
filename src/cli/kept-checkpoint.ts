import { readFile } from 'node:fs/promises'
import { findCheckpointLine } from '../recording/verify/index.ts'
import { cliFailures } from './failures.ts'

/**
 * A checkpoint that was kept elsewhere: the line itself, or a file that holds a signed note or, among other lines, a line
 * that `custody log checkpoint --oneline` or `custody run` printed.
 */
export async function readKeptCheckpoint(given: string): Promise<Uint8Array> {
  const line = findCheckpointLine(given)
  if (line !== undefined) return Buffer.from(line)
  const bytes = await readFile(given).catch((cause: unknown) => {
    throw cliFailures.create('file-unreadable', `${given} cannot be read; give a checkpoint that was kept.`, {
      cause,
    })
  })
  const found = findCheckpointLine(bytes.toString())
  return found === undefined ? bytes : Buffer.from(found)
}
