import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PieceName, rebuildBody } from '../../src/proxying/gateway/split/index.ts'
import { SAMPLES, type Sample } from '../../src/proxying/gateway/wire/sample-answers.ts'
import type { EventKind, RecordedEvent } from '../../src/recording/record/index.ts'
import { validateEvent } from '../../src/recording/schema/index.ts'
import { type RawCall, type RawUpstream, sendInPieces, startRawUpstream } from '../fakes/raw-upstream.ts'
import type { Answered } from '../support/http-client.ts'
import { type OpenedRun, RunningCustody, VENDOR_KEYS } from '../support/running-custody.ts'

/** Cuts inside every multi-byte character and every CRLF sooner or later. */
const ODD_PIECE_BYTES = 7

/** Requests with odd spacing, repeated pieces, escapes and cache marks: none of it may change. */
const REQUESTS: Readonly<Record<string, string>> = {
  '/v1/messages': `{ "model":"claude-test-1",\r\n  "max_tokens": 64, "temperature":0.5, "stream":true,
  "system":[{"type":"text","text":"Be brief. Grüße 😀","cache_control":{"type":"ephemeral"}}],
  "tools":[{"name":"Bash","input_schema":{"type":"object"}}],
  "messages":[{"role":"user","content":"caf\\u00e9"},{"role":"user","content":"caf\\u00e9"} ] }\n`,
  '/v1/chat/completions':
    '{"model":"gpt-test-1","stream":true,"top_p":1,"messages":[{"role":"user","content":"h\\u00e9"}],"n":1}',
  '/v1/responses': '{"model":"gpt-test-2","max_output_tokens":9,"input":[{"role":"user","content":"x"}]}',
  '/v1/embeddings': '{"model":"embed-1","input":["one","two","one"]}',
}
const GEMINI_REQUEST =
  '{"contents":[{"role":"user","parts":[{"text":"Grüße"}]}],"generationConfig":{"maxOutputTokens":16}}'

interface Exchanged {
  readonly sample: Sample
  readonly request: string
  readonly answer: Answered
  readonly seen: RawCall
  readonly requested: RecordedEvent
  readonly responded: RecordedEvent
}

describe('every protocol, through the real server', () => {
  const exchanges: Exchanged[] = []
  let answering: Sample
  let upstream: RawUpstream
  let custody: RunningCustody
  let opened: OpenedRun
  let parts: Map<string, Buffer>

  const exchange = async (sample: Sample): Promise<Exchanged> => {
    answering = sample
    const request = REQUESTS[sample.path] ?? GEMINI_REQUEST
    const answer = await custody.call(`/${sample.vendor}${sample.path}`, opened.token, { body: request })
    using view = custody.durable()
    const events = view.events(opened.run)
    const last = (kind: EventKind) => events.findLast((event) => event.kind === kind) as RecordedEvent
    const seen = upstream.calls.at(-1) as RawCall
    return {
      sample,
      request,
      answer,
      seen,
      requested: last('model.requested'),
      responded: last('model.responded'),
    }
  }

  beforeAll(async () => {
    upstream = await startRawUpstream(({ response }) => {
      response.writeHead(200, 'Fine', { 'content-type': answering.contentType, 'x-vendor-id': 'v 1' })
      return sendInPieces(response, Buffer.from(answering.body), ODD_PIECE_BYTES)
    })
    custody = await RunningCustody.start({ upstream: upstream.url })
    opened = await custody.openRun()
    for (const sample of SAMPLES) exchanges.push(await exchange(sample))
    parts = await custody.parts(opened.run)
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  const each = SAMPLES.map(({ title }, index) => [title, index] as const)
  const exchanged = (index: number) => exchanges[index] as Exchanged

  it.each(each)('passes the answer back byte for byte: %s', (_title, index) => {
    const { sample, answer } = exchanged(index)
    expect(answer.body.toString()).toBe(sample.body)
    expect(answer).toMatchObject({ status: 200, statusText: 'Fine' })
    expect(answer.headers).toMatchObject({ 'content-type': sample.contentType, 'x-vendor-id': 'v 1' })
  })

  it.each(each)('records model, tokens and end: %s [REC-5] [PRV-1]', (_title, index) => {
    const { sample, responded } = exchanged(index)
    const { facts } = sample
    const tokens = facts.usage === 'reported' ? facts.tokens : {}
    expect(responded.data).toMatchObject({ outcome: 'completed', status: 200, usage: facts.usage, ...tokens })
    expect(responded.data.model).toBe(facts.model)
    expect(responded.data.finishReason).toBe(facts.finishReason)
    expect(responded.data.errorInStream).toBe(facts.errorInStream)
  })

  it.each(each)('keeps the answer as it came: %s', (_title, index) => {
    const { sample, responded } = exchanged(index)
    expect(parts.get(`${responded.id}/response`)?.toString()).toBe(sample.body)
  })

  it.each(each)('keeps the request so that it can be rebuilt byte for byte: %s', (_title, index) => {
    const { request, requested, seen } = exchanged(index)
    const skeleton = parts.get(`${requested.id}/request`) ?? Buffer.alloc(0)
    const pieceOf = (name: PieceName) => parts.get(`model.requested/${name}`) ?? Buffer.from('(lost)')
    expect(rebuildBody(skeleton, pieceOf).toString()).toBe(request)
    expect(seen.body.toString()).toBe(request)
  })

  it.each(each)('shows the vendor its own key and never the run token: %s', (_title, index) => {
    const { sample, seen } = exchanged(index)
    const all = JSON.stringify([seen.target, seen.headers])
    expect(all).toContain(VENDOR_KEYS[sample.vendor])
    expect(all).not.toContain(opened.token)
    expect(seen.headers['accept-encoding']).toBe('identity')
  })

  it('records the parameters of a call [REC-5]', () => {
    expect(exchanged(0).requested.data).toMatchObject({
      vendor: 'anthropic',
      model: 'claude-test-1',
      stream: true,
      parameters: { max_tokens: 64, temperature: '0.5' },
    })
  })

  it('names the response a call continues, and the response that was [REC-5]', async () => {
    const sample = SAMPLES.find(({ path }) => path === '/v1/responses') as Sample
    answering = sample
    const body = '{"model":"gpt-test-2","previous_response_id":"resp_0","input":"go on"}'
    await custody.call('/openai/v1/responses', opened.token, { body })
    using view = custody.durable()
    expect(view.last(opened.run, 'model.requested')?.data.parameters).toMatchObject({
      previous_response_id: 'resp_0',
    })
    expect(view.last(opened.run, 'model.responded')?.data.responseId).toBe('resp_1')
  })

  it('records every event in the published shape [REC-8]', () => {
    using view = custody.durable()
    const wrong = view
      .events(opened.run)
      .map((event) => ({ kind: event.kind, problems: validateEvent(event) }))
    expect(wrong.length).toBeGreaterThan(SAMPLES.length)
    expect(wrong.filter(({ problems }) => problems.length > 0)).toEqual([])
  })

  it('leaves a record whose bundle verifies offline [REC-12] [EVD-1]', async () => {
    expect((await custody.closeRun(opened)).status).toBe(200)
    const report = await custody.verifiedBundle(opened.run)
    expect(Object.values(report.checks).flatMap((check) => check.problems)).toEqual([])
    expect(report.ok).toBe(true)
  })
})
