import type { ServerResponse } from 'node:http'

/**
 * Passes chunks to the client and holds back the end of the answer. In a stream the end begins with the protocol's
 * last event, so that every token before it flows at once; in any other answer it is the last chunk.
 */
export class HeldBack {
  readonly #response: ServerResponse
  readonly #isStream: boolean
  #held: Buffer[] = []

  constructor(response: ServerResponse, isStream: boolean) {
    this.#response = response
    this.#isStream = isStream
  }

  /** False when the client reads slower than the vendor writes. */
  pass(chunk: Buffer, terminal: boolean): boolean {
    if (this.#isStream && !terminal && this.#held.length === 0) return this.#response.write(chunk)
    if (this.#isStream) {
      this.#held.push(chunk)
      return true
    }
    const before = this.#held
    this.#held = [chunk]
    return before.length === 0 || this.#response.write(Buffer.concat(before))
  }

  /** Sends the end. */
  release(): void {
    this.#response.end(Buffer.concat(this.#held))
  }
}
