/** An answer, or in a word why there is none. */
export type Posted =
  | { readonly ok: true; readonly status: number; readonly type: string; readonly body: Uint8Array }
  | { readonly ok: false; readonly reason: 'unreachable' | 'timed-out' | 'too-large' }

export interface PostOptions {
  readonly body: Uint8Array | string
  readonly headers?: Readonly<Record<string, string>>
  /** For the whole exchange. */
  readonly timeoutMs: number
  /** Of the answer. */
  readonly maxBytes: number
}

/** Posts to a machine that may be slow, dead or hostile: takes a bounded time and bounded memory, follows nothing, never throws. */
export async function boundedPost(url: string, options: PostOptions): Promise<Posted> {
  const { body, headers = {}, timeoutMs, maxBytes } = options
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' })
    const bytes = await readAtMost(response.body, maxBytes)
    if (bytes === undefined) return { ok: false, reason: 'too-large' }
    const type = response.headers.get('content-type') ?? ''
    return { ok: true, status: response.status, type, body: bytes }
  } catch {
    // What fetch says can quote the address, which may be private.
    return { ok: false, reason: signal.aborted ? 'timed-out' : 'unreachable' }
  }
}

/** Undefined when there is more; the rest is not read. */
async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream ?? []) {
    length += chunk.length
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
