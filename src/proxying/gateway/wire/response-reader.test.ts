import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResponseReader, matchEndpoint, type ResponseFacts } from './index.ts'
import {
  ANTHROPIC_FACTS,
  CHAT,
  CHAT_USAGE,
  EMPTY,
  events,
  JSON_BODY,
  MESSAGES,
  NO_TOKENS,
  namedEvents,
  SAMPLES,
  type Sample,
  SSE,
  STREAM_GENERATE,
} from './sample-answers.ts'

function readerOf(
  { vendor, path, contentType }: Pick<Sample, 'vendor' | 'path' | 'contentType'>,
  status = 200,
) {
  const match = matchEndpoint(vendor, 'POST', path)
  if (match === undefined) throw new Error(`no endpoint ${path}`)
  return createResponseReader(match.endpoint, { status, contentType })
}

function read(sample: Omit<Sample, 'facts' | 'title'>, sizes: readonly number[] = []): ResponseFacts {
  const reader = readerOf(sample)
  let rest = Buffer.from(sample.body)
  for (const size of sizes) {
    reader.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  reader.push(rest)
  return reader.finish()
}

describe('createResponseReader', () => {
  it.each(SAMPLES)('reads model, finish reason, tokens and tool calls: $title [REC-5]', (sample) => {
    expect(read(sample)).toEqual(sample.facts)
  })

  it.each(SAMPLES)('reads the same wherever the network cuts it in two: $title', (sample) => {
    const { length } = Buffer.from(sample.body)
    for (let at = 0; at <= length; at++) expect(read(sample, [at])).toEqual(sample.facts)
  })

  it('reads the same in chunks of any size', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 })
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), sizes, (sample, chunks) => {
        expect(read(sample, chunks)).toEqual(sample.facts)
      }),
    )
  })

  it.each(SAMPLES.filter(({ body }) => body.startsWith('{')))(
    'says where the body ends: $title',
    (sample) => {
      const reader = readerOf(sample)
      const body = Buffer.from(sample.body)
      expect(reader.push(body.subarray(0, -1))).toEqual({ terminal: false })
      expect(reader.push(body.subarray(-1))).toEqual({ terminal: true })
    },
  )

  const STREAMS = SAMPLES.filter(({ body }) => body.includes('data: '))

  it.each(STREAMS)('says which chunk holds the last event: $title', (sample) => {
    const reader = readerOf(sample)
    const chunks = sample.body.split(/(?<=\r?\n\r?\n)/)
    const terminals = chunks.map((chunk) => reader.push(Buffer.from(chunk)).terminal)
    expect(terminals).toEqual(chunks.map((_, index) => index === chunks.length - 1))
  })

  it('reads a last event that no blank line closes', () => {
    const body = events({ choices: [], usage: CHAT_USAGE }).trimEnd()
    expect(read({ ...CHAT, ...SSE, body }).usage).toBe('reported')
  })

  it('joins the lines of one event', () => {
    const body = 'data: {"model":\ndata: "gpt-test-1"}\n\n'
    expect(read({ ...CHAT, ...SSE, body }).model).toBe('gpt-test-1')
  })

  it('reads by the content type, not by what was asked for', () => {
    const [, unstreamed] = SAMPLES
    expect(unstreamed && read({ ...unstreamed, ...STREAM_GENERATE, ...MESSAGES })).toEqual(ANTHROPIC_FACTS)
  })

  it('calls usage missing when a chat stream reports none', () => {
    const body = events({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, '[DONE]')
    expect(read({ ...CHAT, ...SSE, body })).toEqual({ ...EMPTY, finishReason: 'stop', complete: true })
  })

  it('keeps what a cut stream has told, and calls its usage missing', () => {
    const body = namedEvents({
      type: 'message_start',
      message: { id: 'msg_2', model: 'claude-test-1', usage: { input_tokens: 12, output_tokens: 1 } },
    })
    expect(read({ ...MESSAGES, ...SSE, body })).toMatchObject({
      usage: 'missing',
      tokens: { inputTokens: 12, outputTokens: 1 },
      complete: false,
    })
  })
})

describe('a broken answer', () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ['HTML', 'text/html', '<!doctype html><p>Bad gateway'],
    ['HTML that says it is JSON', 'application/json', '<html>'],
    ['JSON that stops in the middle', 'application/json', '{"id":"chatcmpl-1","choices":['],
    ['JSON with something behind it', 'application/json', '{"id":"chatcmpl-1"} x'],
    ['two bodies', 'application/json', '{}{}'],
    ['invalid JSON', 'application/json', '{"id":tru}'],
    ['an array that does not end', 'application/json', '[{}'],
    ['nothing at all', 'application/json', ''],
    ['an empty stream', 'text/event-stream', ''],
    ['an event that is no JSON', 'text/event-stream', 'data: hello\n\n'],
    ['a stream that stops in an event', 'text/event-stream', 'data: {"id":"chat'],
  ]

  it.each(broken)('is called malformed: %s', (_, contentType, body) => {
    expect(read({ ...CHAT, contentType, body })).toMatchObject({ malformed: true, usage: 'missing' })
  })

  it.each(['-1', '1.5', '1e300', '"7"', '2199023255552'])('has no usage when a count is %s', (count) => {
    const body = `{"usage":{"prompt_tokens":${count},"completion_tokens":1}}`
    expect(read({ ...CHAT, ...JSON_BODY, body })).toMatchObject({
      malformed: true,
      usage: 'missing',
      tokens: NO_TOKENS,
    })
  })

  it('has no usage when more was cached than sent', () => {
    const body =
      '{"usage":{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":6}}}'
    expect(read({ ...CHAT, ...JSON_BODY, body })).toMatchObject({ malformed: true, usage: 'missing' })
  })

  it('may hold anything: reading never throws', () => {
    const hostile = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('null', '{"type":"constructor"}', '{"type":"message_start"}', '{"choices":[null,7]}'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), hostile, (sample, text) => {
        expect(() => read({ ...sample, body: text })).not.toThrow()
        expect(() => read({ ...sample, body: `data: ${text}\n\n` })).not.toThrow()
      }),
    )
  })

  it('lets prose into no fact', () => {
    const body = JSON.stringify({
      model: 'a model',
      id: 'x'.repeat(201),
      error: { code: 'oh no', type: 'it broke' },
    })
    expect(read({ ...CHAT, ...JSON_BODY, body })).toMatchObject({
      model: undefined,
      responseId: undefined,
      errorInStream: undefined,
    })
  })

  it('stops being read at a line above 8 MB', () => {
    const reader = readerOf({ ...CHAT, ...SSE })
    reader.push(Buffer.from('data: '))
    const filler = Buffer.alloc(1024 * 1024, 'x')
    for (let count = 0; count < 9; count++) expect(reader.push(filler)).toEqual({ terminal: false })
    reader.push(Buffer.from('\n\ndata: [DONE]\n\n'))
    expect(reader.finish()).toMatchObject({ malformed: true, complete: false })
  })

  it('is not malformed when it is an empty error', () => {
    expect(readerOf({ ...CHAT, ...JSON_BODY }, 502).finish()).toEqual(EMPTY)
  })

  it('is not read at all where no model was called', () => {
    const reader = readerOf({ vendor: 'anthropic', path: '/v1/messages/count_tokens', ...JSON_BODY })
    reader.push(Buffer.from('{"input_tokens":12}'))
    expect(reader.finish()).toEqual({ ...EMPTY, complete: true })
  })
})
