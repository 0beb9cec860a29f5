import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join, resolve } from 'node:path'

/** The file a command name stands for: looked for along `searchPath`, or from `cwd` when the name holds a slash. */
export async function findProgram(
  name: string,
  searchPath: string,
  cwd: string,
): Promise<string | undefined> {
  for (const candidate of candidates(name, searchPath, cwd)) {
    if (await isProgram(candidate)) return candidate
  }
  return undefined
}

/** SHA-256 of a file's content, read in pieces: agents have hundreds of megabytes. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
  }
  return hash.digest('hex')
}

function candidates(name: string, searchPath: string, cwd: string): readonly string[] {
  if (name === '') return []
  if (isAbsolute(name) || name.includes('/')) return [resolve(cwd, name)]
  return searchPath.split(delimiter).map((dir) => resolve(cwd, join(dir === '' ? '.' : dir, name)))
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
