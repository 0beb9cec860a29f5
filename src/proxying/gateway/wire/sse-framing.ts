import type { Framing } from './framing.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20

/** The longest line or event that is read; longer ones are passed on like everything else, but not understood. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024

/**
 * Reads a stream of server-sent events, however the network cuts it, and hands over the data of each event. Lines
 * end in LF or CRLF; names, ids, comments and retry times are skipped, since vendors say everything in the data.
 */
export class SseFraming implements Framing {
  readonly #onData: (data: string) => void
  #line: Buffer[] = []
  #lineBytes = 0
  #data: string[] = []
  #dataLength = 0
  #isBroken = false

  constructor(onData: (data: string) => void) {
    this.#onData = onData
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  push(chunk: Buffer): void {
    let from = 0
    let end = chunk.indexOf(LINE_FEED)
    while (end !== -1 && !this.#isBroken) {
      this.#keep(chunk.subarray(from, end))
      this.#endLine()
      from = end + 1
      end = chunk.indexOf(LINE_FEED, from)
    }
    this.#keep(chunk.subarray(from))
  }

  /** An event counts even when the stream ends without the blank line that should close it. */
  end(): void {
    this.#endLine()
    this.#dispatch()
  }

  #keep(bytes: Buffer): void {
    if (this.#isBroken || bytes.length === 0) return
    this.#line.push(bytes)
    this.#lineBytes += bytes.length
    if (this.#lineBytes + this.#dataLength > MAX_EVENT_BYTES) this.#giveUp()
  }

  #endLine(): void {
    const [first] = this.#line
    const line = this.#line.length > 1 || first === undefined ? Buffer.concat(this.#line) : first
    this.#line = []
    this.#lineBytes = 0
    const length = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length
    if (length === 0) this.#dispatch()
    else if (line.toString('latin1', 0, Math.min(5, length)) === 'data:') this.#addData(line, length)
  }

  #addData(line: Buffer, length: number): void {
    this.#data.push(line.toString('utf8', line[5] === SPACE ? 6 : 5, length))
    this.#dataLength += length
  }

  #dispatch(): void {
    if (this.#data.length === 0) return
    const data = this.#data.join('\n')
    this.#data = []
    this.#dataLength = 0
    this.#onData(data)
  }

  #giveUp(): void {
    this.#isBroken = true
    this.#line = []
    this.#data = []
  }
}
