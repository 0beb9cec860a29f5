import { gitFailures } from './failures.ts'
import { inStore } from './own-directory.ts'
import type { Repository } from './repository.ts'
import { startGit } from './run-git.ts'

/** One object as it streams by; `chunks` must be read to the end before the next object is asked for. */
export interface StreamedObject {
  readonly id: string
  readonly kind: string
  readonly bytes: number
  readonly chunks: AsyncIterable<Buffer>
}

const MAX_HEADER_BYTES = 1024

/** Reads objects in the order asked for with one git process; objects that are not there are left out. */
export async function* streamObjects(
  repository: Repository,
  ids: readonly string[],
): AsyncGenerator<StreamedObject> {
  if (ids.length === 0) return
  const input = Buffer.from(ids.map((id) => `${id}\n`).join(''))
  const git = startGit(inStore(repository), ['cat-file', '--batch', '--buffer'], { input })
  try {
    const source = new ByteSource(git.stdout)
    for (const id of ids) {
      const [, kind = '', size] = (await source.line()).split(' ')
      if (size === undefined) continue
      const bytes = Number(size)
      yield { id, kind, bytes, chunks: source.take(bytes) }
      await source.line()
    }
  } finally {
    git.stop()
    await git.ended.catch(() => undefined)
  }
}

/** Reads lines and counted stretches from a stream of chunks. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(0x0a)
      if (end !== -1) return this.#cut(end + 1).toString('latin1', 0, end)
      if (this.#held.length > MAX_HEADER_BYTES || !(await this.#more())) throw unreadable()
    }
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw unreadable()
      const chunk = this.#cut(Math.min(left, this.#held.length))
      left -= chunk.length
      yield chunk
    }
  }

  #cut(length: number): Buffer {
    const piece = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return piece
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done) return false
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    return true
  }
}

function unreadable(): Error {
  return gitFailures.create(
    'unexpected-output',
    'git cat-file ended in the middle of an object; check the repository with "git fsck".',
  )
}
