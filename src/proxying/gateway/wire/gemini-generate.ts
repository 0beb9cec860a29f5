import type { SplitTable } from '../split/index.ts'
import type { ResponseDraft, ToolResult } from './response-draft.ts'
import { firstIdentifier, type JsonObject, listOf, objectOf } from './untrusted.ts'
import type { WireProtocol } from './wire-protocol.ts'

const PARTS: SplitTable = { parts: {} }
const DECLARATIONS: SplitTable = { functionDeclarations: {}, function_declarations: {} }

const CONTENT: SplitTable = {
  contents: {},
  systemInstruction: { inside: PARTS },
  system_instruction: { inside: PARTS },
  tools: { inside: DECLARATIONS },
}

/** Gemini's generateContent, streamed or not, and countTokens, which may wrap the request. */
export const geminiGenerate: WireProtocol = {
  name: 'gemini-generate',
  split: {
    ...CONTENT,
    generateContentRequest: { inside: CONTENT },
    generate_content_request: { inside: CONTENT },
  },
  parameters: [
    'generationConfig.temperature',
    'generationConfig.topP',
    'generationConfig.topK',
    'generationConfig.maxOutputTokens',
    'generationConfig.candidateCount',
    'generationConfig.seed',
    'generationConfig.presencePenalty',
    'generationConfig.frequencyPenalty',
    'generationConfig.responseMimeType',
    'generationConfig.responseModalities',
    'generationConfig.responseLogprobs',
    'generationConfig.logprobs',
    'generationConfig.mediaResolution',
    'generationConfig.thinkingConfig',
    'toolConfig.functionCallingConfig',
    'safetySettings',
    'cachedContent',
    'serviceTier',
    'store',
  ],
  maxOutputTokens: ['generationConfig.maxOutputTokens'],
  // thoughts are counted beside the candidates, prompts of built-in tools beside the prompt
  usage: {
    inputTokens: ['promptTokenCount', 'toolUsePromptTokenCount'],
    cacheReadTokens: ['cachedContentTokenCount'],
    cacheWriteTokens: [],
    cacheWriteHourTokens: [],
    outputTokens: ['candidatesTokenCount', 'thoughtsTokenCount'],
    reasoningTokens: ['thoughtsTokenCount'],
  },
  readEvent: readChunk,
  readBody: readChunk,
  toolResults: ({ parts }) => listOf(parts).flatMap(readToolResult),
}

/** A chunk and a whole answer have one shape; usage in every chunk counts what came so far. */
function readChunk(draft: ResponseDraft, chunk: JsonObject): boolean {
  draft.label('model', chunk.modelVersion)
  draft.label('responseId', chunk.responseId)
  for (const candidate of listOf(chunk.candidates)) readCandidate(draft, objectOf(candidate))
  draft.label('finishReason', objectOf(chunk.promptFeedback).blockReason)
  draft.usage(chunk.usageMetadata, draft.has('finishReason'))
  readError(draft, objectOf(chunk.error))
  return draft.has('finishReason') || draft.has('error')
}

function readCandidate(draft: ResponseDraft, candidate: JsonObject): void {
  draft.label('finishReason', candidate.finishReason)
  for (const part of listOf(objectOf(candidate.content).parts)) {
    const wanted = objectOf(part).functionCall
    if (wanted !== undefined) readCall(draft, objectOf(wanted))
  }
}

/** Calls come whole, several of one name are several calls, and most have no id. */
function readCall(draft: ResponseDraft, wanted: JsonObject): void {
  const call = draft.call(draft.callCount, firstIdentifier(wanted.id, wanted.name), wanted.name)
  call.arguments = JSON.stringify(wanted.args ?? {})
}

function readError(draft: ResponseDraft, error: JsonObject): void {
  draft.label('error', error.status)
}

function readToolResult(value: unknown): readonly ToolResult[] {
  const part = objectOf(value)
  const result = objectOf(part.functionResponse ?? part.function_response)
  const toolCall = firstIdentifier(result.id, result.name)
  return toolCall === undefined
    ? []
    : [{ toolCall, isError: Object.hasOwn(objectOf(result.response), 'error') }]
}
