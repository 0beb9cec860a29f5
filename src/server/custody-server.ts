import { rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { GATEWAY_PREFIX } from '../proxying/gateway/index.ts'
import { isOutOfSpace, writeDurably } from '../storage/index.ts'
import { createApi } from './api.ts'
import { openServices, type ServiceSettings, type Services } from './composition.ts'
import type { DataDirectory } from './data-directory.ts'
import { serverFailures } from './failures.ts'
import { listen } from './listening.ts'
import { logLine } from './log-line.ts'
import { publishRegularly } from './publish-regularly.ts'
import { retainRegularly } from './retain-regularly.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly settings: ServiceSettings
  /** Is told of defects, one line each, without bodies or secrets. */
  report(line: string): void
}

/** A running server. */
export interface CustodyServer {
  readonly url: string
  readonly services: Services
  /** Takes no new calls, finishes those in flight (for at most `graceMs`), and closes everything. */
  close(graceMs?: number): Promise<void>
}

const SWEEP_EVERY_MS = 1000
const DEFAULT_GRACE_MS = 30_000

/** Opens the data directory and serves API and gateway on one address; throws `server.*`, `storage.*`, `ledger.*`. */
export async function startServer(directory: DataDirectory, options: ServerOptions): Promise<CustodyServer> {
  const services = await openServices(directory, options.settings, options.report)
  const { api, server } = createHttp(services, options)
  try {
    await api.ready()
    const url = await listen(server, options)
    await writeDurably(directory.running, JSON.stringify({ url, pid: process.pid }))
    const sweep = setInterval(() => {
      services.runs
        .abandonSilent(options.settings.abandonAfterMs)
        .catch((error: unknown) => options.report(logLine('abandoning silent runs:', error)))
    }, SWEEP_EVERY_MS)
    sweep.unref()
    const tick = setInterval(() => {
      void services.witnesses.tick(services.publisher)
      services.attesting
        .attestWaiting()
        .catch((error: unknown) => options.report(logLine('signing records:', error)))
    }, SWEEP_EVERY_MS)
    tick.unref()
    const endPublishing = publishRegularly(services.publisher, options.report)
    const endRetaining = retainRegularly(services, options.report)
    return {
      url,
      services,
      close: async (graceMs = DEFAULT_GRACE_MS) => {
        clearInterval(sweep)
        clearInterval(tick)
        endPublishing()
        await rm(directory.running, { force: true })
        await drain(server, graceMs)
        await api.close()
        await endRetaining()
        await services.close()
      },
    }
  } catch (error) {
    await drain(server, 0)
    await services.close()
    if (!isOutOfSpace(error)) throw error
    const message = `The disk of ${directory.root} is full; free space and start again.`
    throw serverFailures.create('disk-full', message, { cause: error })
  }
}

function createHttp(services: Services, options: ServerOptions) {
  const { gateway } = services
  let server: Server | undefined
  const api = createApi(services, {
    report: (error, requestId) => options.report(logLine(requestId, error)),
    serverFactory: (handler) => {
      server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
        // Who is still connected while the server stops has to find another one.
        if (!server?.listening) response.setHeader('connection', 'close')
        if (request.url?.startsWith(GATEWAY_PREFIX)) void gateway.handle(request, response)
        else handler(request, response)
      })
      server.on('upgrade', (_request, socket) => gateway.refuseUpgrade(socket))
      return server
    },
  })
  if (server === undefined) throw new Error('the API made no HTTP server')
  return { api, server }
}

const CLOSE_IDLE_EVERY_MS = 50

/** Waits until no call is in flight; after `graceMs` the rest is cut, which their records then say. */
function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    // A connection that was busy when the server stopped listening is kept alive after its answer.
    const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(closeIdle)
      resolve()
    })
  })
}
