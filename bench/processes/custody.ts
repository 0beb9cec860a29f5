import { dataDirectoryAt, initialise, startServer } from '../../src/server/index.ts'
import { endWithParent, tellParent } from './parent.ts'

// The real server over a new data directory. For each message it opens a run.
const [data = '', vendorUrl = ''] = process.argv.slice(2)
const directory = dataDirectoryAt(data)
const { session } = await initialise(directory, 'Bench Mark <bench@example.com>')
const upstream = { url: vendorUrl, key: 'vendor-key', headersTimeoutMs: 60_000, bodyTimeoutMs: 60_000 }
const server = await startServer(directory, {
  host: '127.0.0.1',
  port: 0,
  settings: {
    upstreams: { anthropic: upstream, openai: upstream },
    maxBodyBytes: 32_000_000,
    abandonAfterMs: 86_400_000,
    tokenLifetimeMs: 86_400_000,
    recorder: 'server',
  },
  report: (line) => console.error(line),
})

/** Opens a run; its token is the key that clients bring. */
async function openRun(): Promise<{ run: string; token: string }> {
  const answer = await fetch(`${server.url}/v1/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      workflow: 'code-change',
      task: Buffer.from('Measure yourself.').toString('base64'),
      agentKind: 'generic',
      repositories: 0,
    }),
  })
  return (await answer.json()) as { run: string; token: string }
}

process.on('message', () => void openRun().then(tellParent))
endWithParent(() => server.close(1000))
tellParent({ url: server.url, session })
