import type { Context } from './context.ts'
import { printableLine } from './printable.ts'

/** A key as the API shows it. */
export interface ShownKey {
  readonly use: 'log' | 'statements'
  readonly keyId: string
  readonly vkey?: string
  /** -1 for the key the log began with. */
  readonly from: number
  readonly until?: number
  readonly reason?: string
}

/** One line: what it signs, its id, and where in the log it counts. */
export function keyLine({ use, keyId, vkey, ...span }: ShownKey, colours: Context['colours']): string {
  const state = span.until === undefined ? colours.green('counts') : colours.dim('ended ')
  const name = vkey === undefined ? keyId : `${keyId.slice(0, 16)}  ${printableLine(vkey)}`
  return `${use.padEnd(10)}  ${state}  ${spanText(span)}  ${name}`
}

function spanText({ from, until, reason }: Pick<ShownKey, 'from' | 'until' | 'reason'>): string {
  const start = from < 0 ? 'from the beginning' : `after entry ${from}`
  return until === undefined ? start : `${start}, before entry ${until} (${reason ?? 'revoked'})`
}
