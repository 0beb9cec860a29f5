import { type Conversation, measureHistory, type OfferedTool } from '../conversation.ts'
import { type LooseObject, listAt, objectAt, textAt, textWithin } from '../loose-json.ts'
import type { Usage } from '../usage.ts'
import { CREATED_SECONDS, type Exchange, type Protocol, piecesOf, type StreamEvent } from './protocol.ts'

/** `POST /v1/responses`. */
export const openaiResponses: Protocol = {
  name: 'responses',
  reasons: true,
  read: readConversation,
  answer: (exchange) => response(exchange, 'completed'),
  stream: streamEvents,
}

function readConversation(body: LooseObject): Conversation {
  const input = listAt(body, 'input')
  const schema = objectAt(body, 'text', 'format', 'schema')
  return {
    model: textAt(body, 'model') ?? '',
    stream: body.stream === true,
    tools: listAt(body, 'tools').map(offeredTool),
    results: input
      .filter((item) => /_call_output$/.test(textAt(item, 'type') ?? ''))
      .map((item) => ({
        callId: textAt(item, 'call_id') ?? '',
        output: textWithin(objectAt(item).output),
        failed: false,
      })),
    ...(Object.keys(schema).length > 0 && { schema }),
    sizes: measureHistory({
      fixed: [body.instructions, body.tools],
      messages: typeof body.input === 'string' ? [body.input] : input,
      isFromModel: (item) =>
        textAt(item, 'role') === 'assistant' || /_call$/.test(textAt(item, 'type') ?? ''),
    }),
  }
}

function offeredTool(tool: unknown): OfferedTool {
  return {
    name: textAt(tool, 'name') ?? textAt(tool, 'type') ?? '',
    freeform: textAt(tool, 'type') === 'custom',
    schema: objectAt(tool, 'parameters'),
  }
}

function response(exchange: Exchange, status: 'in_progress' | 'completed'): LooseObject {
  const { conversation, seed, body } = exchange
  const finished = status === 'completed'
  const usage = finished && exchange.usage ? usageFields(exchange.usage) : null
  return {
    id: `resp_${seed.slice(0, 32)}`,
    object: 'response',
    created_at: CREATED_SECONDS,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    model: conversation.model,
    output: finished ? outputItems(exchange, 'completed') : [],
    parallel_tool_calls: true,
    previous_response_id: body.previous_response_id ?? null,
    store: body.store ?? true,
    tool_choice: 'auto',
    tools: [],
    usage,
    metadata: body.metadata ?? {},
  }
}

function usageFields(usage: Usage): LooseObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  }
}

function outputItems({ reply, seed }: Exchange, status: string): readonly LooseObject[] {
  const content = [{ type: 'output_text', text: reply.text, annotations: [], logprobs: [] }]
  const spoken = { id: `msg_${seed.slice(0, 32)}`, type: 'message', role: 'assistant', status, content }
  const items = reply.text === '' ? [] : [spoken]
  if (reply.call === undefined) return items
  const { id, name, input } = reply.call
  const call =
    typeof input === 'string'
      ? {
          id: `ctc_${seed.slice(0, 32)}`,
          type: 'custom_tool_call',
          status,
          call_id: `call_${id}`,
          name,
          input,
        }
      : {
          id: `fc_${seed.slice(0, 32)}`,
          type: 'function_call',
          status,
          call_id: `call_${id}`,
          name,
          arguments: JSON.stringify(input),
        }
  return [...items, call]
}

function streamEvents(exchange: Exchange): readonly StreamEvent[] {
  const events: readonly LooseObject[] = [
    { type: 'response.created', response: response(exchange, 'in_progress') },
    { type: 'response.in_progress', response: response(exchange, 'in_progress') },
    ...outputItems(exchange, 'in_progress').flatMap((item, position) =>
      item.type === 'message' ? messageEvents(item, position) : callEvents(item, position),
    ),
    { type: 'response.completed', response: response(exchange, 'completed') },
  ]
  return events.map((event, sequence) => ({
    event: String(event.type),
    data: { ...event, sequence_number: sequence },
  }))
}

function messageEvents(item: LooseObject, position: number): readonly LooseObject[] {
  const [part] = listAt(item, 'content')
  const text = textAt(part, 'text') ?? ''
  const place = { item_id: item.id, output_index: position, content_index: 0 }
  return [
    { type: 'response.output_item.added', output_index: position, item: { ...item, content: [] } },
    { type: 'response.content_part.added', ...place, part: { ...objectAt(part), text: '' } },
    ...piecesOf(text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: position, item: { ...item, status: 'completed' } },
  ]
}

function callEvents(item: LooseObject, position: number): readonly LooseObject[] {
  const custom = item.type === 'custom_tool_call'
  const field = custom ? 'input' : 'arguments'
  const kind = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
  const value = String(item[field])
  const place = { item_id: item.id, output_index: position }
  return [
    { type: 'response.output_item.added', output_index: position, item: { ...item, [field]: '' } },
    ...piecesOf(value).map((delta) => ({ type: `${kind}.delta`, ...place, delta })),
    { type: `${kind}.done`, ...place, [field]: value },
    { type: 'response.output_item.done', output_index: position, item: { ...item, status: 'completed' } },
  ]
}
