import type { Conversation, Reply } from '../conversation.ts'
import type { LooseObject } from '../loose-json.ts'
import type { Usage } from '../usage.ts'

/** How one vendor's wire format is read and written; the script behind it is the same for all. */
export interface Protocol {
  readonly name: 'anthropic' | 'chat' | 'responses' | 'gemini'
  /** Whether its models report hidden reasoning tokens. */
  readonly reasons: boolean
  read(body: LooseObject, path: string): Conversation
  answer(exchange: Exchange): LooseObject
  stream(exchange: Exchange): readonly StreamEvent[]
}

export interface Exchange {
  readonly conversation: Conversation
  readonly reply: Reply
  /** Absent when the server was told to leave usage out. */
  readonly usage: Usage | undefined
  /** Hex digest of the request: makes ids that are the same again for the same request. */
  readonly seed: string
  readonly body: LooseObject
}

export interface StreamEvent {
  readonly event?: string
  readonly data: LooseObject | '[DONE]'
}

/** Text cut into pieces, as models stream it. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/[\s\S]{1,24}/g) ?? []
}

/** A fixed moment, so that the same request gets the same bytes. */
export const CREATED_SECONDS = 1_790_000_000
