import type { LooseObject } from './loose-json.ts'

/** One model request, read out of its vendor's protocol. */
export interface Conversation {
  readonly model: string
  readonly stream: boolean
  readonly tools: readonly OfferedTool[]
  /** Results of earlier tool calls in the history the client sent; the id is absent where the protocol has none. */
  readonly results: readonly ToolResult[]
  /** The JSON schema the client demands the answer in. */
  readonly schema?: LooseObject
  readonly sizes: Sizes
}

export interface OfferedTool {
  readonly name: string
  /** `freeform` tools take text (Codex's apply_patch); the others take an object. */
  readonly freeform: boolean
  readonly schema: LooseObject
}

export interface ToolResult {
  readonly callId?: string
  readonly output: string
  /** The client says so; protocols without such a flag never do. */
  readonly failed: boolean
}

/** Characters of the request, and how many of them an earlier request of the same conversation already held. */
export interface Sizes {
  readonly inputChars: number
  readonly cachedChars: number
  readonly marksCache: boolean
}

export interface Reply {
  readonly text: string
  readonly call?: ToolCall
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>> | string
}

/** What the client sent before the model's latest message was in an earlier request, so a vendor would have cached it. */
export function measureHistory(input: {
  readonly fixed: unknown
  readonly messages: readonly unknown[]
  readonly isFromModel: (message: unknown) => boolean
}): Sizes {
  const latest = input.messages.findLastIndex(input.isFromModel)
  const fixedText = JSON.stringify(input.fixed ?? null)
  return {
    inputChars: fixedText.length + charsOf(input.messages),
    cachedChars: latest === -1 ? 0 : fixedText.length + charsOf(input.messages.slice(0, latest)),
    marksCache: false,
  }
}

function charsOf(messages: readonly unknown[]): number {
  return messages.reduce<number>((sum, message) => sum + JSON.stringify(message ?? null).length, 0)
}
