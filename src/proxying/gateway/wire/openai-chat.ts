import type { ResponseDraft } from './response-draft.ts'
import { firstIdentifier, type JsonObject, listOf, objectOf } from './untrusted.ts'
import type { WireProtocol } from './wire-protocol.ts'

/** OpenAI's chat completions, which many other vendors speak as well. */
export const openaiChat: WireProtocol = {
  name: 'openai-chat',
  split: { messages: {}, tools: {} },
  parameters: [
    'max_tokens',
    'max_completion_tokens',
    'temperature',
    'top_p',
    'top_k',
    'n',
    'seed',
    'presence_penalty',
    'frequency_penalty',
    'logprobs',
    'top_logprobs',
    'parallel_tool_calls',
    'reasoning_effort',
    'verbosity',
    'tool_choice',
    'response_format.type',
    'response_format.json_schema.name',
    'response_format.json_schema.strict',
    'service_tier',
    'store',
    'modalities',
    'stream_options',
    'prompt_cache_retention',
  ],
  maxOutputTokens: ['max_completion_tokens', 'max_tokens'],
  usage: {
    inputTokens: ['prompt_tokens'],
    cacheReadTokens: ['prompt_tokens_details.cached_tokens'],
    cacheWriteTokens: ['prompt_tokens_details.cache_write_tokens'],
    cacheWriteHourTokens: [],
    outputTokens: ['completion_tokens'],
    reasoningTokens: ['completion_tokens_details.reasoning_tokens'],
  },
  // the end of a stream is the text [DONE], which is no event
  readEvent: (draft, event) => {
    readCompletion(draft, event)
    return event.error !== undefined && event.error !== null
  },
  readBody: (draft, body) => {
    readCompletion(draft, body)
    return true
  },
  toolResults: ({ role, tool_call_id, name }) => {
    const toolCall = firstIdentifier(tool_call_id, name)
    const isResult = (role === 'tool' || role === 'function') && toolCall !== undefined
    return isResult ? [{ toolCall, isError: undefined }] : []
  },
}

/** A chunk and a whole completion differ only in the name of the message: `delta` or `message`. */
function readCompletion(draft: ResponseDraft, completion: JsonObject): void {
  draft.label('model', completion.model)
  draft.label('responseId', completion.id)
  draft.usage(completion.usage)
  for (const choice of listOf(completion.choices)) readChoice(draft, objectOf(choice))
  const error = objectOf(completion.error)
  draft.label('error', error.code, error.type)
}

function readChoice(draft: ResponseDraft, choice: JsonObject): void {
  draft.label('finishReason', choice.finish_reason)
  const message = objectOf(choice.delta ?? choice.message)
  for (const [position, value] of listOf(message.tool_calls).entries()) {
    const call = objectOf(value)
    const wanted = objectOf(call.function ?? call.custom)
    const key = `${Number(choice.index ?? 0)}:${Number(call.index ?? position)}`
    draft.call(key, call.id, wanted.name)
    draft.addArguments(key, wanted.arguments ?? wanted.input)
  }
}
