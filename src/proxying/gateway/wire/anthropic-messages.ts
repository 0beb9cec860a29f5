import type { ResponseDraft, ToolResult } from './response-draft.ts'
import { identifierOf, type JsonObject, listOf, objectOf } from './untrusted.ts'
import type { WireProtocol } from './wire-protocol.ts'

/** Anthropic's Messages API. */
export const anthropicMessages: WireProtocol = {
  name: 'anthropic-messages',
  split: { system: {}, tools: {}, messages: {} },
  parameters: [
    'max_tokens',
    'temperature',
    'top_p',
    'top_k',
    'thinking',
    'tool_choice',
    'service_tier',
    'inference_geo',
    'speed',
    'output_config.effort',
    'output_config.format.type',
    'context_management.edits',
  ],
  maxOutputTokens: ['max_tokens'],
  // input_tokens leaves out what was read from or written to the cache
  usage: {
    inputTokens: ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
    cacheReadTokens: ['cache_read_input_tokens'],
    cacheWriteTokens: ['cache_creation_input_tokens'],
    cacheWriteHourTokens: ['cache_creation.ephemeral_1h_input_tokens'],
    outputTokens: ['output_tokens'],
    reasoningTokens: ['output_tokens_details.thinking_tokens'],
  },
  readEvent: (draft, event) => {
    const type = String(event.type)
    if (Object.hasOwn(EVENTS, type)) EVENTS[type]?.(draft, event)
    return type === 'message_stop' || type === 'error'
  },
  readBody: (draft, body) => {
    if (body.type === 'error') readError(draft, body)
    else readMessage(draft, body)
    return true
  },
  toolResults: (message) => listOf(message.content).flatMap(readToolResult),
}

const EVENTS: Readonly<Record<string, (draft: ResponseDraft, event: JsonObject) => void>> = {
  message_start: (draft, event) => {
    const message = objectOf(event.message)
    readHead(draft, message)
    draft.usage(message.usage, false)
  },
  content_block_start: (draft, event) => {
    readBlock(draft, event.index, event.content_block)
  },
  content_block_delta: (draft, event) => {
    const delta = objectOf(event.delta)
    if (delta.type === 'input_json_delta') draft.addArguments(event.index, delta.partial_json)
  },
  message_delta: (draft, event) => {
    draft.label('finishReason', objectOf(event.delta).stop_reason)
    draft.usage(event.usage)
  },
  error: readError,
}

function readMessage(draft: ResponseDraft, message: JsonObject): void {
  readHead(draft, message)
  draft.label('finishReason', message.stop_reason)
  draft.usage(message.usage)
  for (const [index, block] of listOf(message.content).entries()) readBlock(draft, index, block)
}

function readHead(draft: ResponseDraft, message: JsonObject): void {
  draft.label('model', message.model)
  draft.label('responseId', message.id)
}

/** A stream opens a call with an empty input and sends the real one in pieces; a whole message has it here. */
function readBlock(draft: ResponseDraft, index: unknown, value: unknown): void {
  const block = objectOf(value)
  if (!String(block.type).endsWith('tool_use')) return
  const call = draft.call(index, block.id, block.name)
  if (Object.keys(objectOf(block.input)).length > 0) call.arguments = JSON.stringify(block.input)
}

function readError(draft: ResponseDraft, event: JsonObject): void {
  draft.label('error', objectOf(event.error).type)
}

function readToolResult(value: unknown): readonly ToolResult[] {
  const block = objectOf(value)
  const toolCall = identifierOf(block.tool_use_id)
  const isResult = String(block.type).endsWith('tool_result') && toolCall !== undefined
  return isResult ? [{ toolCall, isError: block.is_error === true }] : []
}
