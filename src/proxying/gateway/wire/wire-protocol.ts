import type { SplitTable } from '../split/index.ts'
import type { ResponseDraft, ToolResult } from './response-draft.ts'
import type { UsageTable } from './token-usage.ts'
import type { JsonObject } from './untrusted.ts'

export type ProtocolName =
  | 'anthropic-messages'
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-embeddings'
  | 'gemini-generate'
  | 'gemini-embeddings'
  | 'none'

/** Everything the gateway knows about one vendor protocol. */
export interface WireProtocol {
  readonly name: ProtocolName
  /** Which members of a request body become pieces. */
  readonly split: SplitTable
  /** Dotted paths of the request's parameters; what lies below a path is taken too. Never text for the model. */
  readonly parameters: readonly string[]
  /** Dotted paths of the limit on the answer; the first that is there counts. */
  readonly maxOutputTokens: readonly string[]
  readonly usage: UsageTable
  /** Reads one event of a stream; true when it is the last. */
  readonly readEvent: (draft: ResponseDraft, event: JsonObject) => boolean
  /** Reads an unstreamed body, or one element of a streamed array; true when no element follows. */
  readonly readBody: (draft: ResponseDraft, body: JsonObject) => boolean
  /** The tool results in one message of a request. */
  readonly toolResults: (message: JsonObject) => readonly ToolResult[]
}

/** Usage of a protocol that reports none. */
export const NO_USAGE: UsageTable = {
  inputTokens: [],
  cacheReadTokens: [],
  cacheWriteTokens: [],
  cacheWriteHourTokens: [],
  outputTokens: [],
  reasoningTokens: [],
}

/** Bodies that are passed on and not read. */
export const noProtocol: WireProtocol = {
  name: 'none',
  split: {},
  parameters: [],
  maxOutputTokens: [],
  usage: NO_USAGE,
  readEvent: () => false,
  readBody: () => true,
  toolResults: () => [],
}
