import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'

export interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** An answer as it came, byte for byte. */
export interface Answered {
  readonly status: number
  readonly statusText: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The body as JSON; throws when it is none. */
  json(): Record<string, unknown>
}

/** An answer that is still arriving. `next` gives the bytes that come next, undefined at the end. */
export interface Arriving {
  readonly status: number
  next(): Promise<Buffer | undefined>
  /** Everything that is still to come; rejects when the connection breaks. */
  rest(): Promise<Buffer>
  leave(): void
}

/** Sends one request on a connection of its own and reads the whole answer. */
export async function send(url: string, sending: Sending = {}): Promise<Answered> {
  const response = await begin(url, sending)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers: response.headers,
    body,
    json: () => JSON.parse(body.toString()) as Record<string, unknown>,
  }
}

/** Sends one request and hands the answer over while it arrives. */
export async function open(url: string, sending: Sending = {}): Promise<Arriving> {
  const response = await begin(url, sending)
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const next = async () => {
    const chunk = await chunks.next()
    return chunk.done === true ? undefined : chunk.value
  }
  return {
    status: response.statusCode ?? 0,
    next,
    rest: async () => {
      const all: Buffer[] = []
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) all.push(chunk)
      return Buffer.concat(all)
    },
    leave: () => response.destroy(),
  }
}

async function begin(
  url: string,
  { method = 'POST', headers = {}, body }: Sending,
): Promise<IncomingMessage> {
  const outgoing = request(url, { method, headers, agent: false })
  // The first error rejects below, later ones show in the answer as it is read.
  outgoing.on('error', () => undefined)
  if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body))
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return response
}
