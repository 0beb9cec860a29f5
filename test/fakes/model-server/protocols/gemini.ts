import { type Conversation, measureHistory, type ToolResult } from '../conversation.ts'
import { type LooseObject, listAt, objectAt, textAt, textWithin } from '../loose-json.ts'
import type { Usage } from '../usage.ts'
import { type Exchange, type Protocol, piecesOf, type StreamEvent } from './protocol.ts'

/** `POST /v1beta/models/M:generateContent` and `:streamGenerateContent?alt=sse`. */
export const gemini: Protocol = {
  name: 'gemini',
  reasons: true,
  read: readConversation,
  answer: (exchange) => chunk(exchange, parts(exchange), 'STOP'),
  stream: streamEvents,
}

function readConversation(body: LooseObject, path: string): Conversation {
  const contents = listAt(body, 'contents')
  const config = objectAt(body, 'generationConfig')
  const schema = { ...objectAt(config, 'responseSchema'), ...objectAt(config, 'responseJsonSchema') }
  return {
    model: /models\/([^:/]+)/.exec(path)?.[1] ?? '',
    stream: path.endsWith(':streamGenerateContent'),
    tools: listAt(body, 'tools')
      .flatMap((tool) => listAt(tool, 'functionDeclarations'))
      .map((tool) => ({
        name: textAt(tool, 'name') ?? '',
        freeform: false,
        schema: { ...objectAt(tool, 'parameters'), ...objectAt(tool, 'parametersJsonSchema') },
      })),
    results: contents
      .flatMap((content) => listAt(content, 'parts'))
      .filter((part) => 'functionResponse' in objectAt(part))
      .map((part) => toolResult(objectAt(part, 'functionResponse'))),
    ...(Object.keys(schema).length > 0 && { schema }),
    sizes: measureHistory({
      fixed: [body.systemInstruction, body.tools],
      messages: contents,
      isFromModel: (content) => textAt(content, 'role') === 'model',
    }),
  }
}

/** Clients of this API need not return call ids. */
function toolResult(response: LooseObject): ToolResult {
  const callId = textAt(response, 'id')
  return {
    ...(callId !== undefined && { callId }),
    output: textWithin(response.response),
    failed: 'error' in objectAt(response, 'response'),
  }
}

function parts({ reply }: Exchange): readonly LooseObject[] {
  const text = reply.text === '' ? [] : [{ text: reply.text }]
  if (reply.call === undefined) return text
  return [...text, { functionCall: { id: reply.call.id, name: reply.call.name, args: reply.call.input } }]
}

function chunk(exchange: Exchange, content: readonly LooseObject[], finishReason?: string): LooseObject {
  const candidate = { content: { role: 'model', parts: content }, index: 0 }
  return {
    candidates: [finishReason === undefined ? candidate : { ...candidate, finishReason }],
    ...(exchange.usage && { usageMetadata: usageFields(exchange.usage) }),
    modelVersion: exchange.conversation.model,
    responseId: exchange.seed.slice(0, 22),
  }
}

/** Prompt counts include cached tokens; thoughts are counted apart from candidates. */
function usageFields(usage: Usage): LooseObject {
  return {
    promptTokenCount: usage.inputTokens,
    cachedContentTokenCount: usage.cacheReadTokens,
    candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
    thoughtsTokenCount: usage.reasoningTokens,
    totalTokenCount: usage.inputTokens + usage.outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.inputTokens }],
  }
}

function streamEvents(exchange: Exchange): readonly StreamEvent[] {
  const spoken = piecesOf(exchange.reply.text).map((text) => [{ text }])
  const called = parts(exchange).filter((part) => 'functionCall' in part)
  const groups = called.length === 0 ? spoken : [...spoken, called]
  return groups.map((group, at) => ({
    data: chunk(exchange, group, at === groups.length - 1 ? 'STOP' : undefined),
  }))
}
