import type { Endpoint } from './endpoints.ts'
import type { Framing } from './framing.ts'
import { JsonFraming } from './json-framing.ts'
import { ResponseDraft, type ResponseFacts } from './response-draft.ts'
import { SseFraming } from './sse-framing.ts'
import { objectOf } from './untrusted.ts'
import { noProtocol, type WireProtocol } from './wire-protocol.ts'

/**
 * Reads along while an answer passes. Bytes must have their content encoding removed. Bad answers never make it
 * throw; they show in the facts.
 */
export interface ResponseReader {
  /**
   * `terminal` is true from the chunk on that holds the protocol's last event or the end of an unstreamed body. Hold
   * back everything from there until the upstream has ended and the record is durable.
   */
  push(chunk: Buffer): { readonly terminal: boolean }
  /** Call once, when the upstream has ended, however it ended. */
  finish(): ResponseFacts
}

/** A reader for one answer; the content type decides how it is read, not what the request asked for. */
export function createResponseReader(
  endpoint: Endpoint,
  answer: { readonly status: number; readonly contentType: string | undefined },
): ResponseReader {
  const isCall = endpoint.kind === 'model-call'
  return new ProtocolReader(isCall ? endpoint.wire : noProtocol, {
    isEventStream: /^\s*text\/event-stream\b/i.test(answer.contentType ?? ''),
    mayBeEmpty: !isCall || answer.status >= 300,
  })
}

const STREAM_END = '[DONE]'

class ProtocolReader implements ResponseReader {
  readonly #wire: WireProtocol
  readonly #draft: ResponseDraft
  readonly #framing: Framing
  #isEmpty: boolean
  #isTerminal = false
  #isMalformed = false

  constructor(wire: WireProtocol, answer: { readonly isEventStream: boolean; readonly mayBeEmpty: boolean }) {
    this.#wire = wire
    this.#draft = new ResponseDraft(wire.usage)
    this.#isEmpty = !answer.mayBeEmpty
    this.#framing = answer.isEventStream
      ? new SseFraming((data) => this.#readEvent(data))
      : new JsonFraming((text, isElement) => this.#readObject(text, isElement))
  }

  push(chunk: Buffer): { readonly terminal: boolean } {
    this.#framing.push(chunk)
    return { terminal: this.#isTerminal }
  }

  finish(): ResponseFacts {
    this.#framing.end()
    const isMalformed = this.#isMalformed || this.#framing.isBroken || this.#isEmpty
    return this.#draft.facts({ isTerminal: this.#isTerminal, isMalformed })
  }

  #readEvent(data: string): void {
    if (data === STREAM_END) this.#isTerminal = true
    else if (this.#wire.readEvent(this.#draft, objectOf(this.#parse(data)))) this.#isTerminal = true
  }

  #readObject(text: string, isElement: boolean): void {
    const isLast = this.#wire.readBody(this.#draft, objectOf(this.#parse(text)))
    if (isLast || !isElement) this.#isTerminal = true
  }

  #parse(text: string): unknown {
    this.#isEmpty = false
    try {
      return JSON.parse(text)
    } catch {
      this.#isMalformed = true
      return undefined
    }
  }
}
