/** Finds the messages in a body while it passes. Never throws and never grows without bound. */
export interface Framing {
  push(chunk: Buffer): void
  /** No more bytes will come. */
  end(): void
  /** The bytes are not of this form, or too much of them belongs together; nothing is read any more. */
  readonly isBroken: boolean
}
