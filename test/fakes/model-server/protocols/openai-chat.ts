import { type Conversation, measureHistory, type OfferedTool } from '../conversation.ts'
import { type LooseObject, listAt, objectAt, textAt, textWithin } from '../loose-json.ts'
import type { Usage } from '../usage.ts'
import { CREATED_SECONDS, type Exchange, type Protocol, piecesOf, type StreamEvent } from './protocol.ts'

/** `POST /v1/chat/completions`. */
export const openaiChat: Protocol = {
  name: 'chat',
  reasons: false,
  read: readConversation,
  answer: (exchange) => ({
    ...head(exchange, 'chat.completion'),
    choices: [
      { index: 0, message: message(exchange), logprobs: null, finish_reason: finishReason(exchange) },
    ],
    ...(exchange.usage && { usage: usageFields(exchange.usage) }),
  }),
  stream: streamEvents,
}

function readConversation(body: LooseObject): Conversation {
  const messages = listAt(body, 'messages')
  const schema = objectAt(body, 'response_format', 'json_schema', 'schema')
  return {
    model: textAt(body, 'model') ?? '',
    stream: body.stream === true,
    tools: listAt(body, 'tools').map(offeredTool),
    results: messages
      .filter((message) => textAt(message, 'role') === 'tool')
      .map((message) => ({
        callId: textAt(message, 'tool_call_id') ?? '',
        output: textWithin(objectAt(message).content),
        failed: false,
      })),
    ...(Object.keys(schema).length > 0 && { schema }),
    sizes: measureHistory({
      fixed: body.tools,
      messages,
      isFromModel: (message) => textAt(message, 'role') === 'assistant',
    }),
  }
}

function offeredTool(tool: unknown): OfferedTool {
  const freeform = textAt(tool, 'type') === 'custom'
  const definition = objectAt(tool, freeform ? 'custom' : 'function')
  return { name: textAt(definition, 'name') ?? '', freeform, schema: objectAt(definition, 'parameters') }
}

function head({ conversation, seed }: Exchange, object: string): LooseObject {
  return {
    id: `chatcmpl-${seed.slice(0, 24)}`,
    object,
    created: CREATED_SECONDS,
    model: conversation.model,
    system_fingerprint: 'fp_scripted',
  }
}

function message({ reply }: Exchange): LooseObject {
  const content = reply.text === '' ? null : reply.text
  if (reply.call === undefined) return { role: 'assistant', content, refusal: null }
  const { id, name, input } = reply.call
  const call = { id: `call_${id}`, type: 'function', function: { name, arguments: JSON.stringify(input) } }
  return { role: 'assistant', content, refusal: null, tool_calls: [call] }
}

function finishReason({ reply }: Exchange): string {
  return reply.call === undefined ? 'stop' : 'tool_calls'
}

function usageFields(usage: Usage): LooseObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, audio_tokens: 0 },
  }
}

/** As the vendor does it, usage comes in a last chunk without choices, and only to a client that asked for it. */
function streamEvents(exchange: Exchange): readonly StreamEvent[] {
  const chunk = (delta: LooseObject, finish: string | null = null): StreamEvent => ({
    data: {
      ...head(exchange, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    },
  })
  const wantsUsage = objectAt(exchange.body, 'stream_options').include_usage === true
  const usage = wantsUsage && exchange.usage ? [usageFields(exchange.usage)] : []
  return [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...piecesOf(exchange.reply.text).map((content) => chunk({ content })),
    ...callDeltas(exchange).map((delta) => chunk(delta)),
    chunk({}, finishReason(exchange)),
    ...usage.map((fields) => ({
      data: { ...head(exchange, 'chat.completion.chunk'), choices: [], usage: fields },
    })),
    { data: '[DONE]' },
  ]
}

function callDeltas({ reply }: Exchange): readonly LooseObject[] {
  if (reply.call === undefined) return []
  const { id, name, input } = reply.call
  const first = { index: 0, id: `call_${id}`, type: 'function', function: { name, arguments: '' } }
  const rest = piecesOf(JSON.stringify(input)).map((piece) => ({ index: 0, function: { arguments: piece } }))
  return [first, ...rest].map((call) => ({ tool_calls: [call] }))
}
