import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { Client } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'

const MESSAGES = '/anthropic/v1/messages'
const MEGABYTE = 1_000_000

describe('requests that are wrong', () => {
  let upstream: RawUpstream
  let custody: RunningCustody
  let run: OpenedRun

  beforeAll(async () => {
    upstream = await startRawUpstream(({ response }) => response.end('{"type":"message"}'))
    custody = await RunningCustody.start({ upstream: upstream.url })
  })
  beforeEach(async () => {
    run = await custody.openRun()
    sentBefore = upstream.calls.length
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  let sentBefore = 0
  const sent = () => upstream.calls.length - sentBefore

  /** Writes raw bytes, reads until the server closes or `until` has come. */
  const talk = async (text: string, until?: string): Promise<string> => {
    const { hostname, port } = new URL(custody.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(text)
    let answer = ''
    for await (const chunk of socket) {
      answer += (chunk as Buffer).toString('latin1')
      if (until !== undefined && answer.includes(until)) break
    }
    return answer
  }

  /** A client on one connection, as agents have it, that sends `chunks` bodies of a megabyte. */
  const upload = async (megabytes: number, headers: Record<string, string>) => {
    const client = new Client(custody.url)
    const chunk = Buffer.alloc(MEGABYTE, ' ')
    try {
      const { statusCode, body } = await client.request({
        method: 'POST',
        path: `/gateway${MESSAGES}`,
        headers: { 'x-api-key': run.token, ...headers },
        body: Readable.from(Array.from({ length: megabytes }, () => chunk)),
      })
      return { status: statusCode, text: await body.text() }
    } finally {
      await client.destroy()
    }
  }

  it.each([
    ['chunked', {}],
    ['with its length declared', { 'content-length': String(60 * MEGABYTE) }],
  ])('answers a body of 60 MB (%s) with 413 that the client can read', async (_how, headers) => {
    const before = process.memoryUsage.rss()
    const { status, text } = await upload(60, headers)
    expect(status).toBe(413)
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'request_too_large' } })
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * MEGABYTE)
    expect(sent()).toBe(0)
  })

  it('answers a large body with a bad token with 403 that the client can read', async () => {
    const { status } = await upload(60, { 'x-api-key': `cst_run_${'A'.repeat(43)}` })
    expect(status).toBe(403)
  })

  it.each([
    ['not JSON', '{"model":'],
    ['a list', '[]'],
    ['nothing', ''],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('answers a body that is %s with 400 and sends nothing', async (_what, body) => {
    const answer = await custody.call(MESSAGES, run.token, { body })
    expect(answer.status).toBe(400)
    expect(answer.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
    expect(sent()).toBe(0)
  })

  it('answers a compressed body with 415 and sends nothing', async () => {
    const answer = await custody.call(MESSAGES, run.token, {
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('{"model":"m"}'),
    })
    expect([answer.status, sent()]).toEqual([415, 0])
  })

  it('records numbers, names and nesting of any size, or refuses them, and goes on', async () => {
    const odd = `{"model":"m","max_tokens":1e999,"temperature":-0,"top_k":123456789012345678901234567890,"thinking":${'['.repeat(500)}${']'.repeat(500)},"messages":[{"role":"\\ud800"}],"__proto__":{"a":1}}`
    expect((await custody.call(MESSAGES, run.token, { body: odd })).status).toBe(200)
    expect((await custody.call(MESSAGES, run.token, { body: '{"model":"m"}' })).status).toBe(200)
  })

  it.each([
    ['/anthropic/v1/complete', 'POST'],
    ['/anthropic/v1/messages', 'DELETE'],
    ['/mistral/v1/chat', 'POST'],
    ['/', 'GET'],
    ['/openai/v1/files', 'POST'],
    ['/gemini/v1beta/models/..%2F..%2Fx:generateContent', 'POST'],
    ['/gemini/v1beta/models/a/../b:generateContent', 'POST'],
    ['/anthropic/v1/messages%2F..', 'POST'],
  ])('answers %s (%s) with 404 and sends nothing', async (path, method) => {
    const target = `/gateway${path}`
    const answer = await talk(
      `${method} ${target} HTTP/1.1\r\nhost: x\r\nx-api-key: ${run.token}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    )
    expect(answer.split('\r\n')[0]).toContain('404')
    expect(sent()).toBe(0)
  })

  it.each(['/gateway/anthropic/../../v1/runs', '/gateway/../v1/runs', '/gateway/anthropic/..%2f..%2fv1'])(
    'does not resolve %s',
    async (target) => {
      const answer = await talk(
        `GET ${target} HTTP/1.1\r\nhost: x\r\nx-api-key: ${run.token}\r\nconnection: close\r\n\r\n`,
      )
      expect(answer.split('\r\n')[0]).toContain('404')
      expect(sent()).toBe(0)
    },
  )

  it('answers headers above any measure without falling over', async () => {
    const answer = await talk(
      `POST /gateway${MESSAGES} HTTP/1.1\r\nhost: x\r\nx-api-key: ${'a'.repeat(40_000)}\r\n\r\n`,
    )
    expect(answer.split('\r\n')[0]).toContain('431')
    expect((await custody.call(MESSAGES, run.token, { body: '{"model":"m"}' })).status).toBe(200)
  })

  const UPGRADE =
    'GET /gateway/openai/v1/responses HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n'

  it('answers a WebSocket upgrade with 426 and lets the connection go', async () => {
    const answer = await talk(UPGRADE)
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 426 Upgrade Required')
    expect(answer).toContain('gateway.upgrade-refused')
  })

  it('survives a client that resets the connection it wanted to upgrade', async () => {
    const { hostname, port } = new URL(custody.url)
    for (let round = 0; round < 20; round++) {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(UPGRADE)
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    expect((await custody.api('GET', '/livez', undefined, '')).status).toBe(200)
  })

  it('says hello and lists models without recording a call, and forwards no body with it', async () => {
    const hello = await custody.call('/anthropic/api/hello', run.token, { method: 'HEAD' })
    const models = await custody.call('/openai/v1/models', run.token, { method: 'GET', body: '{"a":"b"}' })
    expect([hello.status, models.status, sent()]).toEqual([200, 200, 2])
    expect(upstream.calls.at(-1)?.body.byteLength).toBe(0)
    using view = custody.durable()
    expect(view.kinds(run.run)).toEqual(['run.opened'])
  })

  it('passes 204 on, without a body', async () => {
    await using empty = await startRawUpstream(({ response }) => response.writeHead(204).end())
    await using other = await RunningCustody.start({ upstream: empty.url })
    const { token } = await other.openRun()
    const answer = await other.call(MESSAGES, token, { body: '{"model":"m"}' })
    expect([answer.status, answer.body.byteLength]).toEqual([204, 0])
  })
})
