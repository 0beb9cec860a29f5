import type { Framing } from './framing.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const SPACE = 0x20

/** The largest object that is read; larger ones are passed on like everything else, but not understood. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024

/**
 * Reads a JSON body: one object, or an array whose objects are handed over as they arrive (Gemini streams that way
 * when nobody asks for events). Only braces outside strings are counted; whether the text is valid shows on parsing.
 */
export class JsonFraming implements Framing {
  readonly #onObject: (text: string, isElement: boolean) => void
  #chunks: Buffer[] = []
  #bytes = 0
  #depth = 0
  #isInString = false
  #isEscaped = false
  #body: 'ahead' | 'array' | 'over' = 'ahead'
  #isBroken = false

  constructor(onObject: (text: string, isElement: boolean) => void) {
    this.#onObject = onObject
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.#isBroken) {
      if (this.#depth === 0) at = this.#between(chunk, at)
      else at = this.#inside(chunk, at)
    }
  }

  end(): void {
    if (this.#depth > 0 || this.#body === 'array') this.#isBroken = true
  }

  /** Outside an object: white space, the opening of one, or the array around them. Answers where to go on. */
  #between(chunk: Buffer, at: number): number {
    const byte = Number(chunk[at])
    if (byte <= SPACE) return at + 1
    if (byte === OPEN_BRACE && this.#body !== 'over') {
      this.#keep(chunk.subarray(at, at + 1))
      this.#depth = 1
    } else if (byte === OPEN_BRACKET && this.#body === 'ahead') this.#body = 'array'
    else if (byte === CLOSE_BRACKET && this.#body === 'array') this.#body = 'over'
    else if (byte !== COMMA || this.#body !== 'array') this.#isBroken = true
    return at + 1
  }

  /** Inside an object, up to its end or the end of the chunk. */
  #inside(chunk: Buffer, from: number): number {
    let at = from
    while (at < chunk.length && this.#depth > 0) {
      if (this.#isInString) at = this.#inString(chunk, at)
      else at = this.#outsideStrings(chunk, at)
    }
    this.#keep(chunk.subarray(from, at))
    if (this.#depth === 0) this.#emit()
    return at
  }

  #inString(chunk: Buffer, from: number): number {
    let at = this.#isEscaped ? from + 1 : from
    while (at < chunk.length && chunk[at] !== QUOTE) at += chunk[at] === BACKSLASH ? 2 : 1
    // one past the end: the chunk was cut right after a backslash
    this.#isEscaped = at > chunk.length
    this.#isInString = at >= chunk.length
    return Math.min(at + 1, chunk.length)
  }

  #outsideStrings(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === QUOTE) this.#isInString = true
      else if (byte === OPEN_BRACE) this.#depth++
      else if (byte === CLOSE_BRACE) this.#depth--
      else continue
      return at + 1
    }
    return chunk.length
  }

  #emit(): void {
    const text = Buffer.concat(this.#chunks).toString('utf8')
    this.#chunks = []
    this.#bytes = 0
    const isElement = this.#body === 'array'
    if (!isElement) this.#body = 'over'
    if (!this.#isBroken) this.#onObject(text, isElement)
  }

  #keep(bytes: Buffer): void {
    this.#bytes += bytes.length
    if (this.#bytes > MAX_OBJECT_BYTES) this.#isBroken = true
    if (this.#isBroken) this.#chunks = []
    else this.#chunks.push(bytes)
  }
}
