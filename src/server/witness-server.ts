import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { systemClock } from '../kernel/index.ts'
import type { Vkey } from '../recording/verify/index.ts'
import { MAX_REQUEST_BYTES, openWitnessKey, Witness } from '../recording/witness/index.ts'
import { lockDirectory } from '../storage/index.ts'
import { listen } from './listening.ts'

export interface WitnessServerOptions {
  /** Holds the witness's key, and what it remembers; one process at a time. */
  readonly directory: string
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** The keys of the logs it watches. */
  readonly logs: readonly Vkey[]
}

/** A running witness for other logs. */
export interface WitnessServer {
  readonly url: string
  /** The key to put into the policies of those who rely on it. */
  readonly vkey: string
  close(): Promise<void>
}

const TEXT = 'text/plain; charset=utf-8'
const REQUEST_TIMEOUT_MS = 10_000

/** Serves the C2SP tlog-witness protocol; throws `witness.*`, `storage.data-directory-in-use` and `server.*`. */
export async function startWitnessServer(options: WitnessServerOptions): Promise<WitnessServer> {
  const { directory, logs } = options
  const signer = await openWitnessKey(directory)
  await using opening = new AsyncDisposableStack()
  const lock = lockDirectory(directory)
  opening.defer(() => lock.release())
  const witness = await Witness.open({ signer, logs, directory: join(directory, 'logs'), clock: systemClock })
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    handle(witness, request, response).catch(() => response.destroy())
  })
  const url = await listen(server, options)
  opening.defer(() => ended(server))
  const resources = opening.move()
  return { url, vkey: signer.vkeyText, close: () => resources.disposeAsync() }
}

async function handle(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0] ?? ''
  const [, originHash] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path) ?? []
  if (request.method === 'POST' && path === '/add-checkpoint') {
    const body = await readBody(request)
    if (body === undefined) return answer(response, { status: 413, body: 'the request is too large\n' })
    return answer(response, await witness.addCheckpoint(body))
  }
  const note = request.method === 'GET' && originHash !== undefined ? witness.latest(originHash) : undefined
  return answer(response, note === undefined ? NOTHING : { status: 200, body: note })
}

const NOTHING = { status: 404, body: 'there is nothing here\n' }

function answer(
  response: ServerResponse,
  { status, type = TEXT, body }: { status: number; type?: string; body: string },
): void {
  // What was not read of a request that is too large must not be taken for the next one.
  const closing = status === 413 ? { connection: 'close' } : {}
  response.writeHead(status, { 'content-type': type, ...closing }).end(body)
}

/** Undefined when it is larger than any honest request; the rest is not read. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_REQUEST_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function ended(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
