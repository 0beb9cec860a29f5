import { type TokenCounts, UsageDraft, type UsageTable } from './token-usage.ts'
import { firstIdentifier } from './untrusted.ts'

/** What a vendor's answer says about itself. Names and codes only, never prose. */
export interface ResponseFacts {
  /** The model as the vendor reports it. */
  readonly model: string | undefined
  readonly responseId: string | undefined
  readonly finishReason: string | undefined
  /** `missing`: the final figures were not seen or make no sense; `tokens` then holds what was seen. */
  readonly usage: 'reported' | 'missing'
  readonly tokens: TokenCounts
  readonly toolCalls: readonly ToolCall[]
  /** The vendor's error code or type, wherever the answer carried one. */
  readonly errorInStream: string | undefined
  /** Whether the answer came to its end as the protocol defines it. */
  readonly complete: boolean
  /** The answer, or its usage, is not what the protocol promises. */
  readonly malformed: boolean
}

/** A tool the model asked for. */
interface ToolCall {
  /** The vendor's id; where the protocol has none, the tool's name. */
  readonly id: string
  readonly name: string
  /** JSON text, or the raw input of a custom tool. */
  readonly arguments: string
}

/** What one message says about the result of a tool call. */
export interface ToolResult {
  readonly toolCall: string
  /** Undefined where the protocol does not say. */
  readonly isError: boolean | undefined
}

interface ToolCallDraft {
  id: string
  name: string
  arguments: string
}

type Label = 'model' | 'responseId' | 'finishReason' | 'error'

/** Collects the facts of one answer while its protocol reads it. */
export class ResponseDraft {
  readonly #labels = new Map<Label, string>()
  readonly #calls = new Map<string, ToolCallDraft>()
  readonly #usage: UsageDraft

  constructor(table: UsageTable) {
    this.#usage = new UsageDraft(table)
  }

  /** Keeps the first of `values` that is an identifier; a later one replaces it. */
  label(label: Label, ...values: readonly unknown[]): void {
    const text = firstIdentifier(...values)
    if (text !== undefined) this.#labels.set(label, text)
  }

  has(label: Label): boolean {
    return this.#labels.has(label)
  }

  usage(usage: unknown, isFinal = true): void {
    this.#usage.read(usage, isFinal)
  }

  /** The tool call with this key, begun when it is new. Without an identifier `id` or `name` keeps what it has. */
  call(key: unknown, id: unknown, name: unknown): ToolCallDraft {
    const call = this.#calls.get(String(key)) ?? { id: '', name: '', arguments: '' }
    call.id = firstIdentifier(id) ?? call.id
    call.name = firstIdentifier(name) ?? call.name
    this.#calls.set(String(key), call)
    return call
  }

  get callCount(): number {
    return this.#calls.size
  }

  /** Adds to a call that has begun; what belongs to no call is ignored. */
  addArguments(key: unknown, text: unknown): void {
    const call = this.#calls.get(String(key))
    if (call && typeof text === 'string') call.arguments += text
  }

  facts(end: { readonly isTerminal: boolean; readonly isMalformed: boolean }): ResponseFacts {
    return {
      model: this.#labels.get('model'),
      responseId: this.#labels.get('responseId'),
      finishReason: this.#labels.get('finishReason'),
      usage: this.#usage.isReported() ? 'reported' : 'missing',
      tokens: this.#usage.counts(),
      toolCalls: [...this.#calls.values()].map(finishedCall),
      errorInStream: this.#labels.get('error'),
      complete: end.isTerminal || this.has('finishReason'),
      malformed: end.isMalformed || this.#usage.isAbsurd(),
    }
  }
}

function finishedCall({ id, name, arguments: text }: ToolCallDraft): ToolCall {
  return { id: id || name, name, arguments: text || '{}' }
}
