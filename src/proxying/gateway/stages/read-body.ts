import type { IncomingMessage } from 'node:http'
import type { Call, GatewayDeps } from '../call.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** Reads the whole body into memory, up to the limit; a larger one is refused without reading it to its end. */
export async function readBody(call: Call, { maxBodyBytes }: GatewayDeps): Promise<Refusal | undefined> {
  const { request } = call
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') return refuse('body-encoded', 'Its body is compressed; send it plain.')
  const declared = Number(request.headers['content-length'] ?? 0)
  const body = declared > maxBodyBytes ? undefined : await collect(request, maxBodyBytes)
  if (body === undefined) return refuse('body-too-large', `Its body is larger than ${maxBodyBytes} bytes.`)
  call.body = body
  return undefined
}

async function collect(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = chunk as Buffer
    size += bytes.byteLength
    if (size > limit) return undefined
    chunks.push(bytes)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}
