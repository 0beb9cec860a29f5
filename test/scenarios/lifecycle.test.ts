import { connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer } from '../../src/server/index.ts'
import { type RawCall, startRawUpstream } from '../fakes/raw-upstream.ts'
import {
  type CustodyProcess,
  embedInProcess,
  runCustody,
  serveInProcess,
} from '../support/custody-process.ts'
import { eventually } from '../support/eventually.ts'
import { open, send } from '../support/http-client.ts'
import { RunningCustody } from '../support/running-custody.ts'

const MESSAGES = '/gateway/anthropic/v1/messages'
const BODY = '{"model":"claude-test-1","stream":true,"messages":[{"role":"user","content":"hi"}]}'
const START = 'event: message_start\ndata: {"type":"message_start","message":{"id":"m1","model":"c"}}\n\n'
const END = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'

describe('a server’s life', () => {
  const resources: AsyncDisposable[] = []
  let custody: RunningCustody
  let held: RawCall[]
  let upstream: string

  beforeEach(async () => {
    held = []
    const vendor = await startRawUpstream((call) => {
      held.push(call)
      call.response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START)
    })
    upstream = vendor.url
    custody = await RunningCustody.prepare({ upstream })
    resources.push(vendor, custody)
  })
  afterEach(async () => {
    for (const resource of resources.splice(0).reverse()) await resource[Symbol.asyncDispose]()
  })

  const kept = async (starting: Promise<CustodyProcess>) => {
    const child = await starting
    resources.push(child)
    return child
  }
  const post = async (url: string, path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${custody.person.session}`, 'content-type': 'application/json' }
    const answer = await send(`${url}${path}`, { headers, body: JSON.stringify(body) })
    if (answer.status >= 300) throw new Error(answer.body.toString())
    return answer.json() as { run: string; token: string }
  }
  const openRun = (url: string) =>
    post(url, '/v1/runs', { workflow: 'code-change', task: '', agentKind: 'generic', repositories: 0 })
  const callThrough = (url: string, token: string) =>
    open(`${url}${MESSAGES}`, { headers: { 'x-api-key': token }, body: BODY })
  const last = (run: string) => {
    using view = custody.durable()
    return view.events(run).at(-1)
  }

  it('refuses a second server on one data directory, in this process and in another', async () => {
    await custody.start()
    const again = startServer(custody.directory, { ...OPTIONS, report: () => undefined })
    await expect(again).rejects.toMatchObject({ code: 'storage.data-directory-in-use' })
    const { code, stderr } = await runCustody(custody.directory, 'serve', '--data', custody.directory.root)
    expect([code, stderr]).toEqual([1, expect.stringContaining('error storage.data-directory-in-use: ')])
    expect(stderr).not.toMatch(/\n\s+at /)
    expect((await custody.api('GET', '/v1/whoami')).status).toBe(200)
  })

  it('refuses a taken port, and leaves the data directory free', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    const port = await eventually('the port is taken', () => portOf(taken.address()))
    const starting = startServer(custody.directory, { ...OPTIONS, port, report: () => undefined })
    await expect(starting).rejects.toMatchObject({ code: 'server.port-in-use' })
    taken.close()
    await custody.start()
    expect((await custody.api('GET', '/v1/whoami')).status).toBe(200)
  })

  it('on SIGTERM finishes a stream, records it and exits 0 [REC-9]', async () => {
    const child = await kept(serveInProcess(custody.directory, upstream))
    const { run, token } = await openRun(child.url)
    // As agents do: on a connection that is kept alive afterwards.
    const answer = await fetch(`${child.url}${MESSAGES}`, {
      method: 'POST',
      headers: { 'x-api-key': token },
      body: BODY,
    })
    child.signal('SIGTERM')
    await eventually('the server takes no more calls', () =>
      send(`${child.url}/livez`, { method: 'GET' }).then(
        () => false,
        () => true,
      ),
    )
    const stopping = performance.now()
    held[0]?.response.end(END)
    expect(await answer.text()).toBe(START + END)
    expect(await child.ended).toBe(0)
    expect(performance.now() - stopping).toBeLessThan(5000)
    expect(last(run)?.data).toMatchObject({ outcome: 'completed', status: 200 })
  })

  it('after its patience cuts what is left, and the record says so [REC-9]', async () => {
    await custody.start()
    const { run, token } = await custody.openRun()
    const arriving = await callThrough(custody.url, token)
    await arriving.next()
    await custody.stop(10)
    await expect(arriving.rest()).rejects.toThrow()
    expect(last(run)).toMatchObject({ kind: 'model.responded', data: { outcome: 'client-gone' } })
  })

  it('does not wait for a client that holds a refused upgrade open', async () => {
    await custody.start()
    const { hostname, port } = new URL(custody.url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    socket.write('GET /gateway/x HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    await custody.stop(10)
    socket.destroy()
  })

  it('takes up a run that another server recorded, knows its pieces, and abandons it after silence', async () => {
    const child = await kept(serveInProcess(custody.directory, upstream))
    const { run, token } = await openRun(child.url)
    const arriving = await callThrough(child.url, token)
    await arriving.next()
    child.signal('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')

    await custody.start()
    const second = await callThrough(custody.url, token)
    await eventually('the second call arrives', () => held[1])
    held[1]?.response.end(END)
    expect((await second.rest()).toString()).toBe(START + END)
    using view = custody.durable()
    const requested = view.events(run).filter((event) => event.kind === 'model.requested')
    expect(requested.map((event) => Object.keys(event.parts ?? {}))).toEqual([['p0', 'request'], ['request']])

    await custody.stop()
    await custody.start({ abandonAfterMs: 1 })
    const sealed = await eventually('the run is abandoned', () =>
      last(run)?.kind === 'run.abandoned' ? last(run) : undefined,
    )
    expect(sealed.data).toMatchObject({ reason: 'recorder-silent', count: 4 })
    await eventually('its record is signed', async () => (await bundleStatus(run)) === 200)
    expect((await custody.verifiedBundle(run)).ok).toBe(true)
  })

  it('closes a run whose embedded server was killed, with a signed record that verifies [REC-9] [REC-12]', async () => {
    const child = await kept(embedInProcess(custody.directory, upstream))
    const { run, token } = await openRun(child.url)
    const arriving = await callThrough(child.url, token)
    await arriving.next()
    child.signal('SIGKILL')
    await child.ended

    await custody.start()
    expect(last(run)).toMatchObject({ kind: 'run.abandoned', data: { reason: 'recorder-ended', count: 2 } })
    const story = (await custody.api('GET', `/v1/runs/${run}`)).json()
    expect(story).toMatchObject({ status: 'abandoned', coverage: { verdict: 'gaps' } })
    expect((await custody.verifiedBundle(run)).ok).toBe(true)
  })

  it('signs at its start what was closed and not yet signed [REC-9]', async () => {
    await custody.start()
    const { run } = await custody.openRun()
    const { ledger, runs } = custody.server.services
    const found = await runs.find(run)
    if (found === undefined) throw new Error('the run is not open')
    const at = '2026-03-01T10:00:00.000Z' as Parameters<typeof ledger.append>[0]['at']
    const data = { exitCode: 0, durationMs: 1 }
    const id = 'evt_01K00000000000000000000000'
    await ledger.append({ id, kind: 'run.closed', at, actor: found.sponsor, run: found.id, data })
    expect(await bundleStatus(run)).not.toBe(200)
    await custody.stop()
    await custody.start()
    expect((await custody.verifiedBundle(run)).ok).toBe(true)
  })

  const bundleStatus = async (run: string) => (await custody.api('GET', `/v1/runs/${run}/bundle`)).status
})

const OPTIONS = {
  host: '127.0.0.1',
  port: 0,
  settings: {
    upstreams: {},
    maxBodyBytes: 1,
    abandonAfterMs: 60_000,
    tokenLifetimeMs: 60_000,
    recorder: 'server',
  },
} as const

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number | undefined {
  return typeof address === 'object' ? address?.port : undefined
}
