import { readFile } from 'node:fs/promises'
import { cliFailures } from './failures.ts'

/** The exact bytes of the task: the text itself, or the content of the file behind `@`. */
export async function readTask(text: string): Promise<Buffer> {
  if (!text.startsWith('@')) return Buffer.from(text)
  const path = text.slice(1)
  try {
    return await readFile(path)
  } catch (cause) {
    throw cliFailures.create(
      'file-unreadable',
      `${path} cannot be read; --task takes the text itself, or @FILE.`,
      {
        cause,
      },
    )
  }
}
