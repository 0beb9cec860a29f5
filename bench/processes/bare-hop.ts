import { createServer, type IncomingHttpHeaders } from 'node:http'
import { Pool } from 'undici'
import { listenOnLoopback } from './listen.ts'
import { endWithParent, tellParent } from './parent.ts'

// The least a hop can do: read the request, send it on, pipe the answer back. It knows nothing and keeps nothing.
const pool = new Pool(process.argv[2] ?? '', { connections: 256, pipelining: 1 })

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method = 'GET', url = '/', headers } = request
    const passedOn = without(headers, ['host', 'connection', 'content-length'])
    pool.dispatch(
      { method, path: url, headers: passedOn, body: Buffer.concat(chunks) },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status, answerHeaders) => {
          response.writeHead(status, without(answerHeaders, ['connection', 'transfer-encoding']))
          response.flushHeaders()
        },
        onResponseData: (_controller, chunk) => void response.write(chunk),
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    )
  })
})

function without(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

const url = await listenOnLoopback(server)
endWithParent(() => Promise.resolve(server.closeAllConnections()))
tellParent({ url })
