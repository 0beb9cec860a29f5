import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Call, GatewayDeps } from './call.ts'
import { PIPELINE } from './pipeline.ts'
import { type Refusal, refuse } from './refusal.ts'
import { matchEndpoint, refusalBody, VENDORS, type Vendor } from './wire/index.ts'

/** Where the gateway stands on the server: `/gateway/<vendor>/<the vendor's own path>`. */
export const GATEWAY_PREFIX = '/gateway/'

/** The model gateway: takes calls under `/gateway/`, lets them through the pipeline, answers in the vendor's manner. */
export class Gateway {
  readonly #deps: GatewayDeps
  readonly #inFlight = new Set<Promise<void>>()

  constructor(deps: GatewayDeps) {
    this.#deps = deps
  }

  /** Handles one request. Never throws: whatever happens, the client gets an answer or a closed connection. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const handled = this.#handle(request, response)
    this.#inFlight.add(handled)
    await handled
    this.#inFlight.delete(handled)
  }

  /** Resolves when no call is in flight and what there was of each is recorded. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight)
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { vendor, path, queryText, query } = parseTarget(request.url ?? '')
    const id = this.#deps.ids('req')
    const match = vendor === undefined ? undefined : matchEndpoint(vendor, request.method ?? 'GET', path)
    if (match === undefined) {
      answer(response, { vendor: vendor ?? 'openai', id }, unknownEndpoint())
      return
    }
    const { endpoint, model: pathModel } = match
    const upstreamPath = path + withoutKey(queryText, query)
    const startedMs = this.#deps.clock.monotonic()
    const call: Call = { id, request, response, endpoint, upstreamPath, query, pathModel, startedMs }
    const refusal = await this.#run(call)
    if (refusal === undefined) return
    await this.#recordRefusal(call, refusal)
    answer(response, { vendor: endpoint.vendor, id }, refusal)
  }

  /** Answers a WebSocket upgrade with 426: clients then fall back to plain requests at once. */
  refuseUpgrade(socket: Duplex): void {
    const { status, headers, body } = refusalBody('openai', {
      status: 426,
      code: 'gateway.upgrade-refused',
      message: refuse('upgrade-refused', 'It asks for a WebSocket; use plain HTTP.').message,
      requestId: this.#deps.ids('req'),
    })
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    // Nobody else listens to this socket any more, and a client may keep it open for ever.
    socket.on('error', () => socket.destroy())
    socket.end(
      `HTTP/1.1 ${status} Upgrade Required\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`,
      () => socket.destroy(),
    )
  }

  async #run(call: Call): Promise<Refusal | undefined> {
    try {
      for (const { stage, kinds } of PIPELINE) {
        if (!kinds.includes(call.endpoint.kind)) continue
        const refusal = await stage(call, this.#deps)
        if (refusal !== undefined) return refusal
      }
      return undefined
    } catch (error) {
      // A client that goes away while its body is read, or a defect: nothing was let through unrecorded.
      if (!call.response.destroyed) this.#deps.report(call.id, error)
      return refuse('not-recorded', 'It ended unexpectedly on this server; nothing more of it was sent.')
    }
  }

  /** A refusal is recorded as fully as a call that passed, as long as there is an open run to record it in. */
  async #recordRefusal(call: Call, { code, status }: Refusal): Promise<void> {
    const { run, endpoint, facts } = call
    if (run === undefined || call.requested) return
    const model = facts?.model
    const data = {
      call: call.id,
      code: `gateway.${code}`,
      status,
      vendor: endpoint.vendor,
      protocol: endpoint.protocol,
    }
    const observation = {
      kind: 'model.refused',
      actor: 'system',
      data: model === undefined ? data : { ...data, model },
    } as const
    // Without a working ledger the call is refused all the same; there is nowhere to note it.
    await this.#deps.runs.record(run, [observation]).catch(() => undefined)
  }
}

function parseTarget(url: string): {
  vendor: Vendor | undefined
  path: string
  queryText: string
  query: URLSearchParams
} {
  const [target = '', queryText = ''] = url.split('?', 2)
  const [vendor = '', ...rest] = target.slice(GATEWAY_PREFIX.length).split('/')
  return {
    vendor: VENDORS.find((known) => known === vendor),
    path: `/${rest.join('/')}`,
    queryText,
    query: new URLSearchParams(queryText),
  }
}

/** The query as it goes on to the vendor: as it came, but a credential in it stays here. */
function withoutKey(queryText: string, query: URLSearchParams): string {
  if (!query.has('key')) return queryText === '' ? '' : `?${queryText}`
  const rest = new URLSearchParams(query)
  rest.delete('key')
  return rest.size === 0 ? '' : `?${rest.toString()}`
}

function unknownEndpoint(): Refusal {
  return refuse('endpoint-unknown', 'It asks for a path the gateway does not serve; nothing was sent.')
}

function answer(response: ServerResponse, call: { vendor: Vendor; id: string }, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { status, headers, body } = refusalBody(call.vendor, {
    status: refusal.status,
    code: `gateway.${refusal.code}`,
    message: refusal.message,
    requestId: call.id,
  })
  const isRead = response.req.complete
  // What was not read of the request would be taken for the next one on this connection.
  if (!isRead) response.setHeader('connection', 'close')
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  if (isRead) response.end(body)
  else answerWhileSending(response, body)
}

/** How much of a refused request is read and thrown away, and for how long at most. */
const MAX_DISCARDED_BYTES = 256 * 1024 * 1024
const MAX_DISCARDING_MS = 10_000

/** Closing the connection on a client that is still sending would take the answer away from it. */
function answerWhileSending(response: ServerResponse, body: string): void {
  const { req: request } = response
  let discarded = 0
  const end = () => response.end()
  const patience = setTimeout(end, MAX_DISCARDING_MS)
  response.once('close', () => clearTimeout(patience))
  response.write(body)
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.byteLength
    if (discarded > MAX_DISCARDED_BYTES) end()
  })
  request.once('close', end)
  request.resume()
}
