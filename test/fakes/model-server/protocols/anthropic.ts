import { type Conversation, measureHistory, type ToolCall } from '../conversation.ts'
import { type LooseObject, listAt, objectAt, textAt, textWithin } from '../loose-json.ts'
import type { Usage } from '../usage.ts'
import { type Exchange, type Protocol, piecesOf, type StreamEvent } from './protocol.ts'

/** `POST /v1/messages`. */
export const anthropic: Protocol = {
  name: 'anthropic',
  reasons: false,
  read: readConversation,
  answer: (exchange) => ({
    ...messageHead(exchange),
    content: contentBlocks(exchange),
    stop_reason: stopReason(exchange),
    stop_sequence: null,
    ...(exchange.usage && { usage: usageFields(exchange.usage) }),
  }),
  stream: streamEvents,
}

function readConversation(body: LooseObject): Conversation {
  const messages = listAt(body, 'messages')
  const schema = objectAt(body, 'output_config', 'format', 'schema')
  return {
    model: textAt(body, 'model') ?? '',
    stream: body.stream === true,
    tools: listAt(body, 'tools').map((tool) => ({
      name: textAt(tool, 'name') ?? '',
      freeform: false,
      schema: objectAt(tool, 'input_schema'),
    })),
    results: messages.flatMap((message) => listAt(message, 'content')).flatMap(toolResult),
    ...(Object.keys(schema).length > 0 && { schema }),
    sizes: {
      ...measureHistory({
        fixed: [body.system, body.tools],
        messages,
        isFromModel: (message) => textAt(message, 'role') === 'assistant',
      }),
      marksCache: JSON.stringify(body).includes('"cache_control"'),
    },
  }
}

function toolResult(block: unknown): Conversation['results'] {
  if (textAt(block, 'type') !== 'tool_result') return []
  const { tool_use_id: callId, content, is_error: failed } = objectAt(block)
  return [{ callId: String(callId), output: textWithin(content), failed: failed === true }]
}

function messageHead({ conversation, seed }: Exchange): LooseObject {
  return { id: `msg_${seed.slice(0, 24)}`, type: 'message', role: 'assistant', model: conversation.model }
}

function contentBlocks({ reply }: Exchange): readonly LooseObject[] {
  const text = reply.text === '' ? [] : [{ type: 'text', text: reply.text }]
  return reply.call === undefined ? text : [...text, { ...toolUse(reply.call), input: reply.call.input }]
}

function toolUse(call: ToolCall): LooseObject {
  return { type: 'tool_use', id: `toolu_${call.id}`, name: call.name, input: {} }
}

function stopReason({ reply }: Exchange): string {
  return reply.call === undefined ? 'end_turn' : 'tool_use'
}

function usageFields(usage: Usage): LooseObject {
  return {
    input_tokens: usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWriteTokens,
      ephemeral_1h_input_tokens: 0,
    },
    output_tokens: usage.outputTokens,
    service_tier: 'standard',
  }
}

function streamEvents(exchange: Exchange): readonly StreamEvent[] {
  const { usage } = exchange
  const start = { ...messageHead(exchange), content: [], stop_reason: null, stop_sequence: null }
  return [
    {
      type: 'message_start',
      message: usage ? { ...start, usage: { ...usageFields(usage), output_tokens: 1 } } : start,
    },
    { type: 'ping' },
    ...contentBlocks(exchange).flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(exchange), stop_sequence: null },
      ...(usage && { usage: usageFields(usage) }),
    },
    { type: 'message_stop' },
  ].map((data) => ({ event: data.type, data }))
}

function blockEvents(block: LooseObject, index: number): readonly { type: string }[] {
  const isText = block.type === 'text'
  const pieces = piecesOf(isText ? String(block.text) : JSON.stringify(block.input))
  const head = isText ? { ...block, text: '' } : { ...block, input: {} }
  const delta = (piece: string) =>
    isText ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece }
  return [
    { type: 'content_block_start', index, content_block: head },
    ...pieces.map((piece) => ({ type: 'content_block_delta', index, delta: delta(piece) })),
    { type: 'content_block_stop', index },
  ] as readonly { type: string }[]
}
