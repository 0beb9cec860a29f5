import { fromBase64, toBase64 } from './encoding.ts'

/** The head of a log: how many entries and the Merkle root over them. */
export interface Checkpoint {
  /** The log's name; the name of its key as well. */
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** The text a log key signs (C2SP tlog-checkpoint); no extension lines. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/** The checkpoint in a note's text; undefined when it is not one. Extension lines are passed over. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined
  const [origin = '', sizeLine = '', rootLine = '', ...extensions] = text.slice(0, -1).split('\n')
  const size = parseDecimal(sizeLine)
  const root = fromBase64(rootLine)
  if (origin === '' || size === undefined || root?.length !== 32 || extensions.includes('')) return undefined
  return { origin, size, root }
}

/** A non-negative safe integer in its only decimal spelling. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
