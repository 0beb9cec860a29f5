import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PieceName, rebuildBody } from '../../src/proxying/gateway/split/index.ts'
import { type RawCall, type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { eventually } from '../support/eventually.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'

const PARALLEL_STREAMS = 64
const MESSAGES = '/anthropic/v1/messages'

const event = (type: string, fields: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
const START = event('message_start', { message: { id: 'm', model: 'c', usage: { input_tokens: 2 } } })
const DELTA = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'ü' } })
const END =
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } }) +
  event('message_stop')

describe('many calls at once', () => {
  let upstream: RawUpstream
  let custody: RunningCustody
  let answer: (call: RawCall) => unknown

  beforeAll(async () => {
    upstream = await startRawUpstream((call) => answer(call))
    custody = await RunningCustody.start({ upstream: upstream.url })
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  const bodyOf = (number: number) =>
    `{"model":"c","stream":true,"messages":[{"role":"user","content":"shared"},{"role":"user","content":"${number}"}]}`
  const stream = ({ token }: OpenedRun, number: number) =>
    custody.stream(MESSAGES, token, { body: bodyOf(number) })

  it('streams 64 answers side by side, whole and each in its own record', async () => {
    const held: RawCall[] = []
    answer = (call) => {
      held.push(call)
      call.response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START)
    }
    const run = await custody.openRun()
    const arriving = await Promise.all(
      Array.from({ length: PARALLEL_STREAMS }, (_, number) => stream(run, number)),
    )
    await eventually('all are at the vendor', () => held.length === PARALLEL_STREAMS)
    for (const { response } of held) response.write(DELTA)
    for (const { response } of held) response.end(END)
    const bodies = await Promise.all(arriving.map((each) => each.rest()))
    expect(new Set(bodies.map(String))).toEqual(new Set([START + DELTA + END]))
    using view = custody.durable()
    const responded = view.events(run.run).filter(({ kind }) => kind === 'model.responded')
    expect(new Set(responded.map(({ data }) => data.call)).size).toBe(PARALLEL_STREAMS)
    expect(responded.every(({ data }) => data.outputTokens === 3 && data.outcome === 'completed')).toBe(true)
    expect((await custody.api('GET', `/v1/runs/${run.run}`)).json()).toMatchObject({
      modelCalls: PARALLEL_STREAMS,
      outputTokens: 3 * PARALLEL_STREAMS,
    })
  })

  it('keeps the requests of one run apart when they are sent at the same moment', async () => {
    answer = ({ response }) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(START + END)
    const run = await custody.openRun()
    await Promise.all([1, 2, 3, 4].map(async (number) => (await stream(run, number)).rest()))
    const parts = await custody.parts(run.run)
    using view = custody.durable()
    const requested = view.events(run.run).filter(({ kind }) => kind === 'model.requested')
    const rebuilt = requested.map(({ id }) => {
      const pieceOf = (name: PieceName) => parts.get(`model.requested/${name}`) ?? Buffer.from('(lost)')
      return rebuildBody(parts.get(`${id}/request`) ?? Buffer.alloc(0), pieceOf).toString()
    })
    expect(rebuilt.sort()).toEqual([1, 2, 3, 4].map(bodyOf))
    expect(view.events(run.run).map(({ seq }) => seq)).toEqual(view.events(run.run).map((_, index) => index))
  })
})
