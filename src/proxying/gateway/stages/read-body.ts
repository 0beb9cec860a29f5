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

/** By hand: leaving a `for await` would break the connection, and with it the refusal. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const add = (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= limit) chunks.push(chunk)
      else {
        request.off('data', add)
        resolve(undefined)
      }
    }
    request.on('data', add)
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(new Error('the client went away'))
    })
  })
}
