import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** One request as the vendor got it, and the way to answer it byte by byte. */
export interface RawCall {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly response: ServerResponse
  /** Resolves when the connection of this call is gone before the answer was whole. */
  readonly aborted: Promise<void>
}

export interface RawUpstream extends AsyncDisposable {
  readonly url: string
  readonly calls: readonly RawCall[]
}

/** A vendor of which a test decides every byte; `answer` is called when a request has arrived whole. */
export async function startRawUpstream(answer: (call: RawCall) => unknown): Promise<RawUpstream> {
  const calls: RawCall[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const aborted = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve()
      })
    })
    const { method = '', url: target = '', headers } = request
    const call = { method, target, headers, body: Buffer.concat(chunks), response, aborted }
    calls.push(call)
    await answer(call)
  }
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    [Symbol.asyncDispose]: () => stop(server),
  }
}

/** Sends a body in pieces of `size` bytes, each as a write of its own, wherever that cuts. */
export async function sendInPieces(response: ServerResponse, body: Uint8Array, size: number): Promise<void> {
  for (let at = 0; at < body.byteLength; at += size) {
    response.write(body.subarray(at, at + size))
    await turn()
  }
  response.end()
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
