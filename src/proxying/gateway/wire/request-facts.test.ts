import { describe, expect, it } from 'vitest'
import { splitBody } from '../split/index.ts'
import { matchEndpoint, type RequestFacts, readRequest, type Vendor } from './index.ts'

function factsOf(vendor: Vendor, target: string, body: unknown): RequestFacts {
  const [path = '', query = ''] = target.split('?')
  const match = matchEndpoint(vendor, 'POST', path)
  const split = splitBody(Buffer.from(JSON.stringify(body)), match?.endpoint.split ?? {})
  if (match === undefined || !split.ok) throw new Error('not a request')
  const { endpoint, model: pathModel } = match
  return readRequest(endpoint, { fields: split.value.fields, query: new URLSearchParams(query), pathModel })
}

describe('readRequest', () => {
  it('reads the parameters of an Anthropic message [REC-5]', () => {
    const body = {
      model: 'claude-test-1',
      max_tokens: 32_000,
      temperature: 0.7,
      top_p: 1,
      stream: true,
      thinking: { type: 'enabled', budget_tokens: 4096 },
      tool_choice: { type: 'auto' },
      context_management: { edits: [{ type: 'clear_thinking', keep: 'all' }] },
      output_config: { effort: 'high' },
      messages: [{ role: 'user', content: 'hello' }],
    }
    expect(factsOf('anthropic', '/v1/messages?beta=true', body)).toEqual({
      model: 'claude-test-1',
      stream: true,
      maxOutputTokens: 32_000,
      parameters: {
        max_tokens: 32_000,
        temperature: '0.7',
        top_p: 1,
        'thinking.type': 'enabled',
        'thinking.budget_tokens': 4096,
        'tool_choice.type': 'auto',
        'output_config.effort': 'high',
        'context_management.edits.0.type': 'clear_thinking',
        'context_management.edits.0.keep': 'all',
        'query.beta': 'true',
      },
    })
  })

  it('reads the parameters of a chat completion [REC-5]', () => {
    const body = {
      model: 'gpt-test-1',
      max_tokens: 5,
      max_completion_tokens: 7,
      seed: 2 ** 60,
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'reply', schema: { title: 'not this' } } },
      stream_options: { include_usage: true },
      messages: [],
    }
    expect(factsOf('openai', '/v1/chat/completions', body)).toEqual({
      model: 'gpt-test-1',
      stream: false,
      maxOutputTokens: 7,
      parameters: {
        max_tokens: 5,
        max_completion_tokens: 7,
        seed: '1152921504606847000',
        reasoning_effort: 'low',
        'response_format.type': 'json_schema',
        'response_format.json_schema.name': 'reply',
        'stream_options.include_usage': true,
      },
    })
  })

  it('reads the parameters of a response [REC-5]', () => {
    const body = {
      model: 'gpt-test-2',
      max_output_tokens: 100,
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      previous_response_id: 'resp_0',
      include: ['reasoning.encrypted_content'],
      input: [],
    }
    expect(factsOf('openai', '/v1/responses', body)).toMatchObject({
      maxOutputTokens: 100,
      parameters: {
        'reasoning.effort': 'medium',
        'reasoning.summary': 'auto',
        store: false,
        previous_response_id: 'resp_0',
        'include.0': 'reasoning.encrypted_content',
      },
    })
  })

  it('reads the parameters of a Gemini call in both spellings, the model and the stream from the path [REC-5]', () => {
    const body = {
      generation_config: { max_output_tokens: 64, topK: 40, thinkingConfig: { thinkingBudget: -1 } },
      contents: [],
    }
    expect(
      factsOf('gemini', '/v1beta/models/gemini-test-1:streamGenerateContent?alt=sse&key=secret', body),
    ).toEqual({
      model: 'gemini-test-1',
      stream: true,
      maxOutputTokens: 64,
      parameters: {
        'generationConfig.topK': 40,
        'generationConfig.maxOutputTokens': 64,
        'generationConfig.thinkingConfig.thinkingBudget': -1,
        'query.alt': 'sse',
      },
    })
  })

  it('takes in nothing that is said to the model or about a person', () => {
    const body = {
      model: 'gpt-test-2',
      instructions: 'secret',
      input: 'secret',
      user: 'secret',
      metadata: { person: 'secret' },
      stop: ['secret'],
      tool_choice: { type: 'function', name: 'two words' },
      text: { format: { type: 'json_schema', schema: { description: 'secret' } } },
    }
    const { parameters } = factsOf('openai', '/v1/responses', body)
    expect(parameters).toEqual({ 'tool_choice.type': 'function', 'text.format.type': 'json_schema' })
  })

  it('leaves out what is too long, too deep or too much', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]))
    const body = {
      model: 'x'.repeat(201),
      service_tier: 'x'.repeat(201),
      max_tokens: -5,
      tool_choice: { a: { b: { c: { d: 1 } } }, ['k'.repeat(61)]: 1 },
      thinking: many,
      messages: [],
    }
    const { model, maxOutputTokens, parameters } = factsOf('anthropic', '/v1/messages', body)
    expect([model, maxOutputTokens]).toEqual([undefined, undefined])
    expect(Object.keys(parameters)).toEqual([
      'max_tokens',
      ...Object.keys(many)
        .slice(0, 39)
        .map((key) => `thinking.${key}`),
    ])
  })
})
