import { createReadStream } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemRandom } from '../../kernel/index.ts'
import { makePrivateDirectory } from '../../storage/index.ts'

/** `aa/aa…`: a folder and a random name in it, which must not tell whether two bodies are the same. */
const FILE = /^[0-9a-f]{2}\/[0-9a-f]{32}$/

/** The files of large parts. What names one comes from a row, so it is never trusted to stay in the directory. */
export class PartFiles {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Writes a file of its own, durable with its name when this returns; nothing of it stays when it throws. */
  async write(chunks: AsyncIterable<Uint8Array>): Promise<{ readonly file: string; readonly bytes: number }> {
    const name = Buffer.from(systemRandom(16)).toString('hex')
    const folder = name.slice(0, 2)
    const file = `${folder}/${name}`
    await this.#makeFolder(folder)
    try {
      const bytes = await writeSynced(join(this.#directory, file), chunks)
      await syncDirectory(join(this.#directory, folder))
      return { file, bytes }
    } catch (error) {
      await rm(join(this.#directory, file), { force: true })
      throw error
    }
  }

  /** The file's bytes as they come; the stream fails with ENOENT when it is gone. */
  read(file: string): AsyncIterable<Uint8Array> {
    return createReadStream(this.#pathOf(file), { highWaterMark: 65_536 })
  }

  async has(file: string): Promise<boolean> {
    if (!FILE.test(file)) return false
    return stat(this.#pathOf(file)).then(
      (found) => found.isFile() && found.size > 0,
      () => false,
    )
  }

  /** Returns when the file is gone for good; it need not be there. */
  async remove(file: string): Promise<void> {
    const path = this.#pathOf(file)
    await rm(path, { force: true })
    await syncDirectory(join(path, '..')).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
  }

  #pathOf(file: string): string {
    if (FILE.test(file)) return join(this.#directory, file)
    throw Object.assign(new Error('a row names a file that no part can have'), { code: 'ENOENT' })
  }

  async #makeFolder(folder: string): Promise<void> {
    await makePrivateDirectory(this.#directory)
    const made = await mkdir(join(this.#directory, folder), { recursive: true, mode: 0o700 })
    if (made !== undefined) await syncDirectory(this.#directory)
  }
}

async function writeSynced(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  await using file = await open(path, 'wx', 0o600)
  let bytes = 0
  for await (const chunk of chunks) {
    await file.writeFile(chunk)
    bytes += chunk.byteLength
  }
  await file.sync()
  return bytes
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r')
  await directory.sync()
}
