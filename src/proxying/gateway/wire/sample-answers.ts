import type { ResponseFacts, Vendor } from './index.ts'

/*
 * Answers of all protocols for the tests, written by hand: each vendor's shapes, no vendor's words.
 */

export const NO_TOKENS = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteHourTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
}

export const EMPTY: ResponseFacts = {
  model: undefined,
  responseId: undefined,
  finishReason: undefined,
  usage: 'missing',
  tokens: NO_TOKENS,
  toolCalls: [],
  errorInStream: undefined,
  complete: false,
  malformed: false,
}

export interface Sample {
  readonly title: string
  readonly vendor: Vendor
  readonly path: string
  readonly contentType: string
  readonly body: string
  readonly facts: ResponseFacts
}

export function events(...data: readonly unknown[]): string {
  return data
    .map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    .join('')
}

/** As Anthropic writes it: with names, and with CRLF to be awkward. */
export function namedEvents(
  ...data: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[]
): string {
  return data.map((event) => `event: ${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`).join('')
}

export const ANTHROPIC_FACTS: ResponseFacts = {
  ...EMPTY,
  model: 'claude-test-1',
  responseId: 'msg_1',
  finishReason: 'tool_use',
  usage: 'reported',
  tokens: {
    inputTokens: 1110,
    cacheReadTokens: 1000,
    cacheWriteTokens: 100,
    cacheWriteHourTokens: 40,
    outputTokens: 50,
    reasoningTokens: 7,
  },
  toolCalls: [
    { id: 'toolu_1', name: 'Bash', arguments: '{"command":"echo €"}' },
    { id: 'toolu_2', name: 'Today', arguments: '{}' },
  ],
  complete: true,
}

const ANTHROPIC_USAGE = {
  input_tokens: 10,
  cache_read_input_tokens: 1000,
  cache_creation_input_tokens: 100,
  cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
}

const CHAT_FACTS: ResponseFacts = {
  ...EMPTY,
  model: 'gpt-test-1',
  responseId: 'chatcmpl-1',
  finishReason: 'tool_calls',
  usage: 'reported',
  tokens: { ...NO_TOKENS, inputTokens: 90, cacheReadTokens: 64, outputTokens: 30, reasoningTokens: 12 },
  toolCalls: [
    { id: 'call_1', name: 'read', arguments: '{"path":"ä.txt"}' },
    { id: 'call_2', name: 'patch', arguments: '*** begin' },
  ],
  complete: true,
}

export const CHAT_USAGE = {
  prompt_tokens: 90,
  completion_tokens: 30,
  prompt_tokens_details: { cached_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 12 },
}

const RESPONSES_OUTPUT = [
  { type: 'reasoning', id: 'rs_1' },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'shell', arguments: '{"cmd":"ls"}' },
  { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_2', name: 'exec', input: 'await tools.run("ls")' },
  { type: 'local_shell_call', id: 'ls_1', call_id: 'call_3', action: { type: 'exec', command: ['ls'] } },
]

const RESPONSE = {
  id: 'resp_1',
  model: 'gpt-test-2',
  status: 'completed',
  output: RESPONSES_OUTPUT,
  error: null,
  usage: {
    input_tokens: 200,
    input_tokens_details: { cached_tokens: 128, cache_write_tokens: 16 },
    output_tokens: 40,
    output_tokens_details: { reasoning_tokens: 25 },
  },
}

const RESPONSES_FACTS: ResponseFacts = {
  ...EMPTY,
  model: 'gpt-test-2',
  responseId: 'resp_1',
  finishReason: 'completed',
  usage: 'reported',
  tokens: {
    ...NO_TOKENS,
    inputTokens: 200,
    cacheReadTokens: 128,
    cacheWriteTokens: 16,
    outputTokens: 40,
    reasoningTokens: 25,
  },
  toolCalls: [
    { id: 'call_1', name: 'shell', arguments: '{"cmd":"ls"}' },
    { id: 'call_2', name: 'exec', arguments: 'await tools.run("ls")' },
    { id: 'call_3', name: 'local_shell', arguments: '{"type":"exec","command":["ls"]}' },
  ],
  complete: true,
}

const GEMINI_CHUNKS = [
  {
    candidates: [{ content: { parts: [{ text: 'Grüße {"' }] }, index: 0 }],
    usageMetadata: { promptTokenCount: 300 },
    modelVersion: 'gemini-test-1',
    responseId: 'g1',
  },
  {
    candidates: [
      {
        content: {
          parts: [
            { functionCall: { name: 'edit', args: { path: 'a' } } },
            { functionCall: { name: 'edit', id: 'fc-9', args: {} } },
          ],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: {
      promptTokenCount: 300,
      cachedContentTokenCount: 256,
      toolUsePromptTokenCount: 5,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 11,
    },
    modelVersion: 'gemini-test-1',
  },
]

const GEMINI_FACTS: ResponseFacts = {
  ...EMPTY,
  model: 'gemini-test-1',
  responseId: 'g1',
  finishReason: 'STOP',
  usage: 'reported',
  tokens: {
    ...NO_TOKENS,
    inputTokens: 305,
    cacheReadTokens: 256,
    outputTokens: 31,
    reasoningTokens: 11,
  },
  toolCalls: [
    { id: 'edit', name: 'edit', arguments: '{"path":"a"}' },
    { id: 'fc-9', name: 'edit', arguments: '{}' },
  ],
  complete: true,
}

export const MESSAGES = { vendor: 'anthropic', path: '/v1/messages' } as const
export const CHAT = { vendor: 'openai', path: '/v1/chat/completions' } as const
const RESPONSES = { vendor: 'openai', path: '/v1/responses' } as const
const EMBEDDINGS = { vendor: 'openai', path: '/v1/embeddings' } as const
const GENERATE = { vendor: 'gemini', path: '/v1beta/models/gemini-test-1:generateContent' } as const
export const STREAM_GENERATE = {
  vendor: 'gemini',
  path: '/v1beta/models/gemini-test-1:streamGenerateContent',
} as const
export const SSE = { contentType: 'text/event-stream; charset=utf-8' } as const
export const JSON_BODY = { contentType: 'application/json' } as const

export const SAMPLES: readonly Sample[] = [
  {
    title: 'Anthropic, streamed',
    ...MESSAGES,
    ...SSE,
    body: namedEvents(
      {
        type: 'message_start',
        message: { id: 'msg_1', model: 'claude-test-1', usage: { ...ANTHROPIC_USAGE, output_tokens: 1 } },
      },
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Sure: é😀' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: '{"command":' },
      },
      {
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: '"echo €"}' },
      },
      {
        type: 'content_block_start',
        index: 2,
        content_block: { type: 'tool_use', id: 'toolu_2', name: 'Today', input: {} },
      },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use' },
        usage: {
          output_tokens: 50,
          output_tokens_details: { thinking_tokens: 7 },
          cache_read_input_tokens: null,
        },
      },
      { type: 'message_stop' },
    ),
    facts: ANTHROPIC_FACTS,
  },
  {
    title: 'Anthropic, unstreamed',
    ...MESSAGES,
    ...JSON_BODY,
    body: JSON.stringify({
      type: 'message',
      id: 'msg_1',
      model: 'claude-test-1',
      stop_reason: 'tool_use',
      content: [
        { type: 'text', text: 'Sure' },
        { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'echo €' } },
        { type: 'tool_use', id: 'toolu_2', name: 'Today', input: {} },
      ],
      usage: { ...ANTHROPIC_USAGE, output_tokens: 50, output_tokens_details: { thinking_tokens: 7 } },
    }),
    facts: ANTHROPIC_FACTS,
  },
  {
    title: 'OpenAI chat, streamed, usage in a chunk of its own',
    ...CHAT,
    ...SSE,
    body: `: keep-alive\n\n${events(
      { id: 'chatcmpl-1', model: 'gpt-test-1', choices: [{ index: 0, delta: { content: 'Hé' } }] },
      {
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'read', arguments: '' } }] },
          },
        ],
      },
      { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: '{"path":' } }] } }] },
      { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: '"ä.txt"}' } }] } }] },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [{ index: 1, id: 'call_2', custom: { name: 'patch', input: '*** begin' } }],
            },
          },
        ],
      },
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }], usage: null },
      { choices: [], usage: CHAT_USAGE },
      '[DONE]',
    )}`,
    facts: CHAT_FACTS,
  },
  {
    title: 'OpenAI chat, streamed, usage beside the last choice',
    ...CHAT,
    ...SSE,
    body: events({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: CHAT_USAGE }, '[DONE]'),
    facts: { ...EMPTY, finishReason: 'stop', usage: 'reported', tokens: CHAT_FACTS.tokens, complete: true },
  },
  {
    title: 'OpenAI chat, unstreamed',
    ...CHAT,
    ...JSON_BODY,
    body: JSON.stringify({
      id: 'chatcmpl-1',
      model: 'gpt-test-1',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"path":"ä.txt"}' } },
              { id: 'call_2', type: 'custom', custom: { name: 'patch', input: '*** begin' } },
            ],
          },
        },
      ],
      usage: CHAT_USAGE,
    }),
    facts: CHAT_FACTS,
  },
  {
    title: 'OpenAI responses, streamed',
    ...RESPONSES,
    ...SSE,
    body: namedEvents(
      {
        type: 'response.created',
        response: { id: 'resp_1', model: 'gpt-test-2', status: 'in_progress', output: [] },
      },
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: { ...RESPONSES_OUTPUT[1], arguments: '' },
      },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"cmd"' },
      ...RESPONSES_OUTPUT.map((item, index) => ({
        type: 'response.output_item.done',
        output_index: index,
        item,
      })),
      { type: 'response.completed', response: RESPONSE },
    ),
    facts: RESPONSES_FACTS,
  },
  {
    title: 'OpenAI responses, unstreamed',
    ...RESPONSES,
    ...JSON_BODY,
    body: JSON.stringify(RESPONSE),
    facts: RESPONSES_FACTS,
  },
  {
    title: 'OpenAI responses, cut short by its limit',
    ...RESPONSES,
    ...SSE,
    body: namedEvents({
      type: 'response.incomplete',
      response: { id: 'resp_2', status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    }),
    facts: { ...EMPTY, responseId: 'resp_2', finishReason: 'max_output_tokens', complete: true },
  },
  {
    title: 'OpenAI embeddings',
    ...EMBEDDINGS,
    ...JSON_BODY,
    body: JSON.stringify({
      model: 'embed-1',
      data: [{ embedding: [0.5, -1] }],
      usage: { prompt_tokens: 8, total_tokens: 8 },
    }),
    facts: {
      ...EMPTY,
      model: 'embed-1',
      usage: 'reported',
      tokens: { ...NO_TOKENS, inputTokens: 8 },
      complete: true,
    },
  },
  {
    title: 'Gemini, streamed as events',
    ...STREAM_GENERATE,
    ...SSE,
    body: events(...GEMINI_CHUNKS),
    facts: GEMINI_FACTS,
  },
  {
    title: 'Gemini, streamed as a JSON array',
    ...STREAM_GENERATE,
    ...JSON_BODY,
    body: `[${GEMINI_CHUNKS.map((chunk) => JSON.stringify(chunk, null, 1)).join('\r\n,\r\n')}\r\n]\r\n`,
    facts: GEMINI_FACTS,
  },
  {
    title: 'Gemini, unstreamed',
    ...GENERATE,
    contentType: 'application/json; charset=UTF-8',
    body: JSON.stringify({ ...GEMINI_CHUNKS[1], responseId: 'g1' }),
    facts: GEMINI_FACTS,
  },
  {
    title: 'Gemini, prompt blocked',
    ...GENERATE,
    ...JSON_BODY,
    body: JSON.stringify({
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 4 },
    }),
    facts: {
      ...EMPTY,
      finishReason: 'SAFETY',
      usage: 'reported',
      tokens: { ...NO_TOKENS, inputTokens: 4 },
      complete: true,
    },
  },
  {
    title: 'an error in the middle of an Anthropic stream',
    ...MESSAGES,
    ...SSE,
    body: `${namedEvents({ type: 'ping' })}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"secret words"}}\n\n`,
    facts: { ...EMPTY, errorInStream: 'overloaded_error', complete: true },
  },
  {
    title: 'an error in the middle of a chat stream',
    ...CHAT,
    ...SSE,
    body: events({ error: { message: 'secret words', type: 'server_error', code: 500 } }),
    facts: { ...EMPTY, errorInStream: 'server_error', complete: true },
  },
  {
    title: 'a failed OpenAI response',
    ...RESPONSES,
    ...SSE,
    body: namedEvents({
      type: 'response.failed',
      response: {
        id: 'resp_3',
        status: 'failed',
        error: { code: 'rate_limit_exceeded', message: 'secret words' },
      },
    }),
    facts: {
      ...EMPTY,
      responseId: 'resp_3',
      finishReason: 'failed',
      errorInStream: 'rate_limit_exceeded',
      complete: true,
    },
  },
  {
    title: 'a Gemini error in a JSON array',
    ...STREAM_GENERATE,
    ...JSON_BODY,
    body: '[{"error":{"code":429,"message":"secret words","status":"RESOURCE_EXHAUSTED"}}\n]',
    facts: { ...EMPTY, errorInStream: 'RESOURCE_EXHAUSTED', complete: true },
  },
]
