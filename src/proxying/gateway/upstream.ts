import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import type { Vendor } from './wire/index.ts'

/** Where a vendor is reached. */
export interface UpstreamOptions {
  /** Origin, perhaps with a path in front of the vendor's own paths. */
  readonly url: string
  readonly key: string
  /** A model may think for minutes before its first byte, and between two. */
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
}

/** The vendor's key goes into the header this vendor reads, in place of the run token. */
const KEY_HEADER: Readonly<Record<Vendor, (key: string) => Record<string, string>>> = {
  anthropic: (key) => ({ 'x-api-key': key }),
  openai: (key) => ({ authorization: `Bearer ${key}` }),
  gemini: (key) => ({ 'x-goog-api-key': key }),
}

/**
 * Never passed on: the client's credential, what belongs to its connection, what would make the answer unreadable for
 * the record, and what is ours.
 */
const DROPPED_REQUEST_HEADERS = new Set([
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'cookie',
  'host',
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'accept-encoding',
  'expect',
])

/** One connection pool per configured vendor. */
export class Upstreams {
  readonly #vendors: ReadonlyMap<
    Vendor,
    { readonly pool: Pool; readonly prefix: string; readonly key: string }
  >

  constructor(options: Partial<Readonly<Record<Vendor, UpstreamOptions>>>) {
    this.#vendors = new Map(
      Object.entries(options).map(([vendor, upstream]) => [vendor as Vendor, connect(upstream)] as const),
    )
  }

  has(vendor: Vendor): boolean {
    return this.#vendors.has(vendor)
  }

  /** Sends one request; `handler` gets everything that comes back. */
  dispatch(
    request: {
      readonly vendor: Vendor
      readonly method: string
      readonly path: string
      readonly headers: IncomingHttpHeaders
      readonly body: Buffer
    },
    handler: Dispatcher.DispatchHandler,
  ): void {
    const upstream = this.#vendors.get(request.vendor)
    if (upstream === undefined) throw new Error(`no upstream for ${request.vendor}`)
    upstream.pool.dispatch(
      {
        method: request.method,
        path: upstream.prefix + request.path,
        headers: {
          ...passedOn(request.headers),
          'accept-encoding': 'identity',
          ...KEY_HEADER[request.vendor](upstream.key),
        },
        body: request.body.byteLength === 0 ? null : request.body,
      },
      handler,
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.#vendors.values()].map(({ pool }) => pool.destroy()))
  }
}

function connect({ url, key, headersTimeoutMs, bodyTimeoutMs }: UpstreamOptions) {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, {
    connections: 256,
    pipelining: 1,
    allowH2: false,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: bodyTimeoutMs,
  })
  return { pool, prefix: pathname.replace(/\/+$/, ''), key }
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !DROPPED_REQUEST_HEADERS.has(name) && !name.startsWith('x-custody-'))
      kept[name] = value
  }
  return kept
}
