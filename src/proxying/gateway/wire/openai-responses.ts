import type { ResponseDraft } from './response-draft.ts'
import { identifierOf, type JsonObject, listOf, objectOf } from './untrusted.ts'
import type { WireProtocol } from './wire-protocol.ts'

/** OpenAI's Responses API. */
export const openaiResponses: WireProtocol = {
  name: 'openai-responses',
  split: { instructions: {}, input: {}, tools: {} },
  parameters: [
    'max_output_tokens',
    'max_tool_calls',
    'temperature',
    'top_p',
    'top_logprobs',
    'parallel_tool_calls',
    'reasoning',
    'text.verbosity',
    'text.format.type',
    'text.format.name',
    'text.format.strict',
    'tool_choice',
    'service_tier',
    'store',
    'previous_response_id',
    'conversation',
    'background',
    'truncation',
    'include',
    'stream_options',
    'prompt_cache_retention',
  ],
  maxOutputTokens: ['max_output_tokens'],
  usage: {
    inputTokens: ['input_tokens'],
    cacheReadTokens: ['input_tokens_details.cached_tokens'],
    cacheWriteTokens: ['input_tokens_details.cache_write_tokens'],
    cacheWriteHourTokens: [],
    outputTokens: ['output_tokens'],
    reasoningTokens: ['output_tokens_details.reasoning_tokens'],
  },
  readEvent: (draft, event) => {
    const type = String(event.type)
    if (type === 'response.output_item.done') readItem(draft, event.item)
    if (type === 'error') readError(draft, event)
    if (type === 'response.created' || FINAL_EVENTS.has(type)) readResponse(draft, objectOf(event.response))
    return FINAL_EVENTS.has(type) || type === 'error'
  },
  readBody: (draft, body) => {
    readResponse(draft, body)
    return true
  },
  toolResults: ({ type, call_id, status }) => {
    const toolCall = identifierOf(call_id)
    if (!String(type).endsWith('_call_output') || toolCall === undefined) return []
    return [{ toolCall, isError: status === 'failed' ? true : undefined }]
  },
}

const FINAL_EVENTS: ReadonlySet<string> = new Set([
  'response.completed',
  'response.failed',
  'response.incomplete',
  'response.cancelled',
])

const UNFINISHED: ReadonlySet<unknown> = new Set(['in_progress', 'queued'])

function readResponse(draft: ResponseDraft, response: JsonObject): void {
  draft.label('model', response.model)
  draft.label('responseId', response.id)
  draft.usage(response.usage)
  readError(draft, response)
  for (const item of listOf(response.output)) readItem(draft, item)
  if (UNFINISHED.has(response.status)) return
  draft.label('finishReason', objectOf(response.incomplete_details).reason, response.status)
}

/** Any item that ends in `_call` is a tool call: functions and custom tools by name, built-in tools by type. */
function readItem(draft: ResponseDraft, value: unknown): void {
  const item = objectOf(value)
  const type = identifierOf(item.type) ?? ''
  if (!type.endsWith('_call')) return
  const id = identifierOf(item.call_id) ?? identifierOf(item.id) ?? ''
  const call = draft.call(id, id, identifierOf(item.name) ?? type.slice(0, -'_call'.length))
  const wanted = item.arguments ?? item.input ?? item.action ?? item.operation ?? {}
  call.arguments = typeof wanted === 'string' ? wanted : JSON.stringify(wanted)
}

/** The error of a response, of an error event (flat or nested) or of an error body. */
function readError(draft: ResponseDraft, value: JsonObject): void {
  const error = objectOf(value.error)
  draft.label('error', error.code, error.type, value.code)
}
