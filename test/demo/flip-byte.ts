import { readFileSync, writeFileSync } from 'node:fs'

export interface Flip {
  readonly position: number
  /** What an answer's recorded output tokens were, and what the copy says they were. */
  readonly before: string
  readonly after: string
}

/** Copies the bundle with one bit of one byte flipped, such that it reads well and lies: a recorded number is off by one. */
export function flipByte(bundle: string, copy: string): Flip {
  const bytes = readFileSync(bundle)
  const [found, before = ''] = /"outputTokens":(\d+)/.exec(bytes.toString('latin1')) ?? []
  if (found === undefined) throw new Error('the bundle holds no answer of a model')
  const position = bytes.indexOf(found) + found.length - 1
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position)
  writeFileSync(copy, bytes)
  const after = bytes.toString('latin1', position - before.length + 1, position + 1)
  return { position, before, after }
}
