import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SAMPLES, type Sample } from '../../src/proxying/gateway/wire/sample-answers.ts'
import { type RawCall, type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'

/** An answer of each shape, cut just before the piece that ends it. */
const ANSWERS = SAMPLES.filter(({ title }) =>
  [
    'Anthropic, streamed',
    'Anthropic, unstreamed',
    'OpenAI chat, streamed, usage in a chunk of its own',
    'OpenAI responses, streamed',
    'Gemini, streamed as events',
    'Gemini, streamed as a JSON array',
  ].includes(title),
)
const STREAMS = ANSWERS.filter(({ title }) => !title.includes('unstreamed'))
const REQUEST = '{"model":"m","input":"x","messages":[{"role":"user","content":"hi"}],"stream":true}'

describe('what is on disk while a call passes', () => {
  let answer: (call: RawCall) => unknown
  let upstream: RawUpstream
  let custody: RunningCustody
  let run: OpenedRun

  beforeAll(async () => {
    upstream = await startRawUpstream((call) => answer(call))
    custody = await RunningCustody.start({ upstream: upstream.url })
  })
  beforeEach(async () => {
    run = await custody.openRun()
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  const kindsOnDisk = () => {
    using view = custody.durable()
    return view.kinds(run.run)
  }
  const stream = ({ vendor, path }: Sample) =>
    custody.stream(`/${vendor}${path}`, run.token, { body: REQUEST })

  it.each(ANSWERS)('holds the request before the vendor gets it: $title [REC-9]', async (sample) => {
    let onDisk: readonly string[] = []
    answer = ({ response }) => {
      onDisk = kindsOnDisk()
      response.writeHead(200, { 'content-type': sample.contentType }).end(sample.body)
    }
    await (await stream(sample)).rest()
    expect(onDisk).toEqual(['run.opened', 'model.requested'])
  })

  it.each(ANSWERS)('holds the answer before the client has all of it: $title [REC-9]', async (sample) => {
    answer = ({ response }) =>
      response.writeHead(200, { 'content-type': sample.contentType }).end(sample.body)
    const arriving = await stream(sample)
    let missing = Buffer.byteLength(sample.body)
    while (missing > 0) {
      missing -= (await arriving.next())?.byteLength ?? 0
      if (missing === 0) expect(kindsOnDisk()).toContain('model.responded')
    }
    expect(await arriving.next()).toBeUndefined()
  })

  it.each(STREAMS)('does not hold back what comes before the end: $title', async (sample) => {
    const start = sample.body.slice(0, sample.body.indexOf('}') + 1)
    let held: RawCall | undefined
    answer = (call) => {
      held = call
      call.response.writeHead(200, { 'content-type': sample.contentType }).write(start)
    }
    const arriving = await stream(sample)
    expect((await arriving.next())?.toString()).toBe(start)
    expect(kindsOnDisk()).not.toContain('model.responded')
    held?.response.end(sample.body.slice(start.length))
    expect((await arriving.rest()).toString()).toBe(sample.body.slice(start.length))
  })

  it('withholds the end of an answer that cannot be recorded [REC-9]', async () => {
    const sample = ANSWERS[0] as Sample
    let held: RawCall | undefined
    answer = (call) => {
      held = call
      call.response.writeHead(200, { 'content-type': sample.contentType }).write(sample.body.slice(0, 40))
    }
    const arriving = await stream(sample)
    await arriving.next()
    await custody.closeRun(run)
    held?.response.end(sample.body.slice(40))
    await expect(arriving.rest()).rejects.toThrow()
    expect(kindsOnDisk()).toEqual(['run.opened', 'model.requested', 'run.closed'])
  })
})
