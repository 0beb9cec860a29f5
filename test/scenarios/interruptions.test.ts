import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../src/recording/record/index.ts'
import { type RawCall, type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { eventually } from '../support/eventually.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'

const REQUEST = {
  body: '{"model":"claude-test-1","stream":true,"messages":[{"role":"user","content":"hi"}]}',
}
const MESSAGES = '/anthropic/v1/messages'
const FIRST = 'event: message_start\ndata: {"type":"message_start","message":{"id":"m1","model":"c"}}\n\n'
const SSE = { 'content-type': 'text/event-stream' }

describe('calls that do not go well', () => {
  let answer: (call: RawCall) => unknown
  let upstream: RawUpstream
  let custody: RunningCustody
  let run: OpenedRun
  let before: number

  beforeAll(async () => {
    upstream = await startRawUpstream((call) => answer(call))
    custody = await RunningCustody.start({ upstream: upstream.url, headersTimeoutMs: 300 })
  })
  beforeEach(async () => {
    run = await custody.openRun()
    before = upstream.calls.length
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  const responded = () =>
    eventually('the answer is recorded', (): RecordedEvent | undefined => {
      using view = custody.durable()
      return view.last(run.run, 'model.responded')
    })

  it('ends the vendor call when the client goes away, and keeps what came', async () => {
    answer = ({ response }) => response.writeHead(200, SSE).write(FIRST)
    const arriving = await custody.stream(MESSAGES, run.token, REQUEST)
    await arriving.next()
    arriving.leave()
    await upstream.calls[before]?.aborted
    const event = await responded()
    expect(event.data).toMatchObject({ outcome: 'client-gone', status: 200, bytes: FIRST.length })
    expect((await custody.parts(run.run)).get(`${event.id}/response`)?.toString()).toBe(FIRST)
  })

  it('ends the vendor call when the client goes away before the vendor answers', async () => {
    answer = () => arriving.catch(() => undefined)
    const controller = new AbortController()
    const arriving = fetch(`${custody.url}/gateway${MESSAGES}`, {
      method: 'POST',
      headers: { 'x-api-key': run.token },
      signal: controller.signal,
      ...REQUEST,
    })
    arriving.catch(() => undefined)
    await eventually('the vendor has the request', () => upstream.calls[before])
    controller.abort()
    await upstream.calls[before]?.aborted
    expect((await responded()).data).toMatchObject({ outcome: 'client-gone', status: 0, usage: 'missing' })
  })

  it('ends the vendor call when a client that reads nothing goes away', async () => {
    answer = ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(Buffer.alloc(8_000_000, ': comment\n\n'))
    }
    const arriving = await custody.stream(MESSAGES, run.token, REQUEST)
    arriving.leave()
    await upstream.calls[before]?.aborted
    expect((await responded()).data.outcome).toBe('client-gone')
  })

  it('answers 504 when the vendor does not begin to answer in time', async () => {
    answer = () => undefined
    const { status } = await custody.call(MESSAGES, run.token, REQUEST)
    expect(status).toBe(504)
    expect((await responded()).data).toMatchObject({
      outcome: 'upstream-failed',
      errorCode: 'UND_ERR_HEADERS_TIMEOUT',
    })
  })

  it('breaks off where the vendor broke off, and says so', async () => {
    answer = ({ response }) => {
      response.writeHead(200, SSE)
      response.write(FIRST, () => response.destroy())
    }
    const arriving = await custody.stream(MESSAGES, run.token, REQUEST)
    await expect(arriving.rest()).rejects.toThrow()
    expect((await responded()).data).toMatchObject({ outcome: 'cut', bytes: FIRST.length })
  })

  it('says that a stream without its last event was cut', async () => {
    answer = ({ response }) => response.writeHead(200, SSE).end(FIRST)
    expect((await custody.call(MESSAGES, run.token, REQUEST)).body.toString()).toBe(FIRST)
    expect((await responded()).data).toMatchObject({ outcome: 'cut', usage: 'missing' })
  })

  it.each([
    [500, 'application/json', '{"type":"error","error":{"type":"api_error","message":"no"}}'],
    [429, 'application/json', '{"type":"error","error":{"type":"rate_limit_error","message":"no"}}'],
    [502, 'text/html', '<html>Bad Gateway</html>'],
    [400, 'text/plain', 'no'],
  ])('passes the vendor error %i (%s) on and records it', async (status, type, body) => {
    answer = ({ response }) =>
      response.writeHead(status, { 'content-type': type, 'retry-after': '7' }).end(body)
    const received = await custody.call(MESSAGES, run.token, REQUEST)
    expect([received.status, received.body.toString()]).toEqual([status, body])
    expect(received.headers['retry-after']).toBe('7')
    expect((await responded()).data).toMatchObject({ outcome: 'completed', status, usage: 'none' })
  })

  it('passes on an answer that is compressed all the same, and says that it is', async () => {
    const body = gzipSync('{"type":"message","usage":{"input_tokens":1,"output_tokens":1}}')
    answer = ({ response }) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body)
    const received = await custody.call(MESSAGES, run.token, REQUEST)
    expect(received.headers['content-encoding']).toBe('gzip')
    expect(received.body.equals(body)).toBe(true)
    expect((await responded()).data).toMatchObject({ contentEncoding: 'gzip', usage: 'missing' })
  })

  it('passes a header on that is not ASCII, byte for byte', async () => {
    const bytesAsText = Buffer.from('Zürich 😀').toString('latin1')
    answer = ({ response }) => response.setHeader('x-region', bytesAsText).end(Buffer.from('{}'))
    const { status, headers } = await custody.call(MESSAGES, run.token, REQUEST)
    expect([status, headers['x-region']]).toEqual([200, bytesAsText])
  })

  // Stands last: it takes the vendor away.
  it('answers 502 when the vendor cannot be reached, in its own shape', async () => {
    await upstream[Symbol.asyncDispose]()
    const received = await custody.call(MESSAGES, run.token, REQUEST)
    expect([received.status, received.headers['x-should-retry']]).toEqual([502, 'false'])
    expect(received.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } })
    expect((await responded()).data).toMatchObject({ outcome: 'upstream-failed', errorCode: 'ECONNREFUSED' })
  })
})
