import { afterEach, describe, expect, it } from 'vitest'

import { type ModelServer, type ModelServerOptions, startModelServer } from './index.ts'
import type { LooseObject } from './loose-json.ts'
import { listAt, objectAt, textAt } from './loose-json.ts'

const SCRIPT = [
  { do: 'say', text: 'I look first.' },
  { do: 'read', file: 'a.txt' },
  { do: 'edit', file: 'a.txt', oldText: 'one', newText: 'two' },
  { do: 'say', text: 'Finished.' },
] as const

const open: ModelServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function started(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const server = await startModelServer({ script: SCRIPT, ...options })
  open.push(server)
  return server
}

function post(server: ModelServer, path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

async function posted(server: ModelServer, path: string, body: object): Promise<LooseObject> {
  return objectAt(await (await post(server, path, body)).json())
}

function eventsOf(text: string): readonly LooseObject[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)))
}

const READ_TOOL = {
  name: 'Read',
  input_schema: { type: 'object', properties: { file_path: { type: 'string' } }, required: ['file_path'] },
}
const BASH_TOOL = {
  name: 'Bash',
  input_schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
}

const MESSAGES = {
  model: 'claude-sonnet-4-5',
  max_tokens: 100,
  tools: [READ_TOOL, BASH_TOOL],
  messages: [{ role: 'user', content: 'do it' }],
}

function afterResult(id: string, result: object = { content: 'one\n' }) {
  return {
    ...MESSAGES,
    messages: [
      ...MESSAGES.messages,
      { role: 'assistant', content: [{ type: 'tool_use', id, name: 'Read', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, ...result }] },
    ],
  }
}

describe('the script', () => {
  it('begins with its first step', async () => {
    const answer = await posted(await started(), '/v1/messages', MESSAGES)
    expect(answer.content).toMatchObject([
      { type: 'text', text: 'I look first.' },
      { type: 'tool_use', name: 'Read', input: { file_path: 'a.txt' } },
    ])
  })

  it('goes on behind the step that a tool result names, whoever asks', async () => {
    const server = await started()
    const answer = await posted(server, '/v1/messages', afterResult('toolu_step1_0123456789ab'))
    expect(answer).toMatchObject({ content: [{ type: 'text', text: 'Finished.' }], stop_reason: 'end_turn' })
  })

  it('answers a retry with the same bytes', async () => {
    const server = await started()
    const first = await (await post(server, '/v1/messages', MESSAGES)).text()
    expect(await (await post(server, '/v1/messages', MESSAGES)).text()).toBe(first)
  })

  it('does in the shell what no offered tool does', async () => {
    const answer = await posted(await started(), '/v1/messages', afterResult('toolu_step0_0123456789ab'))
    expect(answer.content).toMatchObject([
      { name: 'Bash', input: { command: expect.stringContaining('two') } },
    ])
  })

  it('tries a refused step once more in the shell', async () => {
    const refusal = { content: 'denied', is_error: true }
    const answer = await posted(
      await started(),
      '/v1/messages',
      afterResult('toolu_step0_0123456789ab', refusal),
    )
    expect(listAt(answer, 'content').at(-1)).toMatchObject({
      id: expect.stringMatching(/^toolu_step0again_/),
      input: { command: "cat 'a.txt'" },
    })
  })

  it('uses up no step for a request without tools', async () => {
    const server = await started()
    await posted(server, '/v1/messages', { ...MESSAGES, tools: [] })
    expect(server.served).toMatchObject([{ kind: 'side' }])
  })

  it('satisfies a demanded schema', async () => {
    const schema = { type: 'OBJECT', properties: { choice: { type: 'STRING', enum: ['flash', 'pro'] } } }
    const answer = await posted(await started(), '/v1beta/models/gemini-2.5-flash:generateContent', {
      contents: [{ role: 'user', parts: [{ text: 'which?' }] }],
      generationConfig: { responseSchema: schema },
    })
    const [candidate] = listAt(answer, 'candidates')
    const [part] = listAt(candidate, 'content', 'parts')
    expect(JSON.parse(textAt(part, 'text') ?? '')).toEqual({ choice: 'flash' })
  })
})

describe('the protocols', () => {
  it('streams Anthropic messages', async () => {
    const response = await post(await started(), '/v1/messages', { ...MESSAGES, stream: true })
    const events = eventsOf(await response.text())
    expect(events[0]).toMatchObject({ type: 'message_start' })
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: 'tool_use' } })
    const json = events.map((event) => textAt(event, 'delta', 'partial_json') ?? '').join('')
    expect(JSON.parse(json)).toEqual({ file_path: 'a.txt' })
  })

  const CHAT = {
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'do it' }],
    tools: [
      {
        type: 'function',
        function: { name: 'read_file', parameters: { properties: { path: { type: 'string' } } } },
      },
    ],
  }

  it('answers chat completions', async () => {
    const answer = await posted(await started(), '/v1/chat/completions', CHAT)
    const call = { function: { name: 'read_file', arguments: '{"path":"a.txt"}' } }
    expect(answer.choices).toMatchObject([{ message: { tool_calls: [call] }, finish_reason: 'tool_calls' }])
  })

  it('streams usage of chat completions only to a client that asks for it', async () => {
    const server = await started()
    const without = await post(server, '/v1/chat/completions', { ...CHAT, stream: true })
    const asked = { ...CHAT, stream: true, stream_options: { include_usage: true } }
    const withUsage = await post(server, '/v1/chat/completions', asked)
    expect(eventsOf(await without.text()).some((event) => 'usage' in event)).toBe(false)
    expect(eventsOf(await withUsage.text()).at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: server.served[1]?.usage?.inputTokens },
    })
  })

  const RESPONSES = {
    model: 'gpt-5.5',
    input: [
      { type: 'function_call', call_id: 'call_step0_0123456789ab', name: 'exec_command', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_step0_0123456789ab', output: '  "x": "one",\n' },
    ],
    tools: [{ type: 'custom', name: 'apply_patch' }],
  }

  it('writes a patch with whole lines for a client that edits by patch', async () => {
    const answer = await posted(await started(), '/v1/responses', RESPONSES)
    const patch =
      '*** Begin Patch\n*** Update File: a.txt\n@@\n-  "x": "one",\n+  "x": "two",\n*** End Patch\n'
    expect(answer.output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', input: patch }])
  })

  it('streams responses that end with their usage', async () => {
    const server = await started()
    const response = await post(server, '/v1/responses', { ...RESPONSES, stream: true })
    const last = eventsOf(await response.text()).at(-1)
    const { usage } = server.served[0] ?? {}
    expect(last).toMatchObject({ type: 'response.completed', response: { status: 'completed' } })
    expect(objectAt(last, 'response', 'usage')).toMatchObject({
      output_tokens: usage?.outputTokens,
      output_tokens_details: { reasoning_tokens: usage?.reasoningTokens },
    })
  })

  const GENERATE = {
    contents: [{ role: 'user', parts: [{ text: 'do it' }] }],
    tools: [{ functionDeclarations: [{ name: 'read_file', parameters: { properties: { file_path: {} } } }] }],
  }

  it('streams Gemini content as events', async () => {
    const path = '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse'
    const events = eventsOf(await (await post(await started(), path, GENERATE)).text())
    expect(events.at(-1)).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { name: 'read_file' } }] }, finishReason: 'STOP' }],
      modelVersion: 'gemini-2.5-pro',
    })
  })

  it('counts the steps of a Gemini client that returns no call ids', async () => {
    const answered = { role: 'user', parts: [{ functionResponse: { name: 'x', response: { output: '' } } }] }
    const contents = [...GENERATE.contents, answered, answered]
    const path = '/v1beta/models/gemini-2.5-pro:generateContent'
    const answer = await posted(await started(), path, { ...GENERATE, contents })
    expect(answer.candidates).toMatchObject([{ content: { parts: [{ text: 'Finished.' }] } }])
  })

  it('answers embeddings', async () => {
    const body = { model: 'text-embedding-3-small', input: ['a', 'b'] }
    expect(listAt(await posted(await started(), '/v1/embeddings', body), 'data')).toHaveLength(2)
  })

  it('counts tokens', async () => {
    const counted = await posted(await started(), '/v1/messages/count_tokens', MESSAGES)
    expect(counted.input_tokens).toBeGreaterThan(50)
  })

  it.each([
    ['/v1/models', { 'anthropic-version': '2023-06-01' }, 'data', 'claude-sonnet-4-5'],
    ['/v1/models', {}, 'data', 'gpt-5.5'],
    ['/v1beta/models', {}, 'models', 'models/gemini-2.5-pro'],
  ])('lists models at %s for %o', async (path, headers, field, model) => {
    const response = await fetch(`${(await started()).url}${path}`, { headers })
    const [first] = listAt(await response.json(), field)
    expect([textAt(first, 'id'), textAt(first, 'name')]).toContain(model)
  })
})

describe('what was served', () => {
  it('is listed with digest, kind of credential and usage, but without the credential', async () => {
    const server = await started()
    await (await post(server, '/v1/messages', MESSAGES, { authorization: 'Bearer secret' })).text()
    expect(server.served).toMatchObject([
      { method: 'POST', path: '/v1/messages', auth: 'bearer', kind: 'turn', model: 'claude-sonnet-4-5' },
    ])
    expect(server.served[0]?.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(server.served)).not.toContain('secret')
  })

  it('reports history as read from the cache', async () => {
    const server = await started()
    const long = [
      { role: 'user', content: 'x'.repeat(4000) },
      ...afterResult('toolu_step0_a').messages.slice(1),
    ]
    await posted(server, '/v1/messages', { ...MESSAGES, messages: long })
    expect(server.served[0]?.usage?.cacheReadTokens).toBe(1024)
  })

  it('is found under a gateway prefix too', async () => {
    const server = await started({ prefix: '/gateway' })
    await posted(server, '/gateway/openai/v1/embeddings', { model: 'm', input: 'a' })
    expect(server.served).toMatchObject([{ path: '/v1/embeddings', status: 200 }])
  })

  it('holds nothing but refusals for a wrong credential', async () => {
    const server = await started({ apiKey: 'right' })
    const response = await post(server, '/v1/messages', MESSAGES, { 'x-api-key': 'wrong' })
    expect([response.status, objectAt(await response.json(), 'error').type]).toEqual([
      401,
      'authentication_error',
    ])
  })

  it('refuses a WebSocket with 426', async () => {
    const server = await started()
    const { request } = await import('node:http')
    const status = await new Promise((resolve) => {
      request(`${server.url}/v1/responses`, { headers: { connection: 'Upgrade', upgrade: 'websocket' } })
        .once('response', (response) => resolve(response.statusCode))
        .end()
    })
    expect([status, server.served[0]?.kind]).toEqual([426, 'upgrade'])
  })
})

describe('faults', () => {
  const STREAMED = { ...MESSAGES, stream: true }

  it('fail the first calls only', async () => {
    const server = await started({ faults: { status: 529, times: 1, retryAfterSeconds: 1 } })
    const first = await post(server, '/v1/messages', MESSAGES)
    const second = await post(server, '/v1/messages', MESSAGES)
    expect([first.status, first.headers.get('retry-after'), second.status]).toEqual([529, '1', 200])
  })

  it('cut a stream after some events', async () => {
    const server = await started({ faults: { cutAfterEvents: 2 } })
    const response = await post(server, '/v1/messages', STREAMED)
    await expect(response.text()).rejects.toThrow()
    expect(server.served).toMatchObject([{ outcome: 'cut' }])
  })

  it('answer HTML', async () => {
    const server = await started({ faults: { html: true } })
    const response = await post(server, '/v1/messages', MESSAGES)
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html'])
  })

  it('break an event', async () => {
    const server = await started({ faults: { malformedSse: true } })
    const text = await (await post(server, '/v1/messages', STREAMED)).text()
    expect(() => eventsOf(text)).toThrow()
  })

  it('leave usage out', async () => {
    const server = await started({ faults: { missingUsage: true } })
    const text = await (await post(server, '/v1/messages', STREAMED)).text()
    expect([text.includes('usage'), server.served[0]?.usage]).toEqual([false, undefined])
  })
})
