import { dataDirectoryAt, startServer } from '../../src/server/index.ts'

// A process that records as the server inside `custody run` does; it prints its address and serves until it is killed.
const [root = '', upstream = ''] = process.argv.slice(2)
const vendor = { url: upstream, key: 'vendor-key', headersTimeoutMs: 60_000, bodyTimeoutMs: 60_000 }
const server = await startServer(dataDirectoryAt(root), {
  host: '127.0.0.1',
  port: 0,
  settings: {
    upstreams: { anthropic: vendor },
    maxBodyBytes: 32_000_000,
    abandonAfterMs: 3_600_000,
    tokenLifetimeMs: 3_600_000,
    recorder: 'embedded',
  },
  report: (line) => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
