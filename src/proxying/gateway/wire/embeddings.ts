import type { ResponseDraft } from './response-draft.ts'
import { type JsonObject, objectOf } from './untrusted.ts'
import { NO_USAGE, type WireProtocol } from './wire-protocol.ts'

/** OpenAI's embeddings. The input is one piece: no later call repeats parts of it. */
export const openaiEmbeddings: WireProtocol = {
  name: 'openai-embeddings',
  split: { input: { whole: true } },
  parameters: ['dimensions', 'encoding_format'],
  maxOutputTokens: [],
  usage: { ...NO_USAGE, inputTokens: ['prompt_tokens'] },
  readEvent: readEmbeddings,
  readBody: readEmbeddings,
  toolResults: () => [],
}

/** Gemini's embedContent and batchEmbedContents. */
export const geminiEmbeddings: WireProtocol = {
  name: 'gemini-embeddings',
  split: { content: { whole: true }, requests: { whole: true } },
  parameters: ['taskType', 'outputDimensionality'],
  maxOutputTokens: [],
  usage: { ...NO_USAGE, inputTokens: ['promptTokenCount'] },
  readEvent: readEmbeddings,
  readBody: readEmbeddings,
  toolResults: () => [],
}

function readEmbeddings(draft: ResponseDraft, body: JsonObject): boolean {
  const error = objectOf(body.error)
  draft.label('model', body.model, body.modelVersion)
  draft.usage(body.usage ?? body.usageMetadata)
  draft.label('error', error.status, error.code, error.type)
  return true
}
