import type { HoldRow } from '../recording/retention/index.ts'
import { printableLine } from './printable.ts'

/** A legal hold in one line. */
export function holdLine({ event, at, scope, subject, lifted_at }: HoldRow): string {
  const state = lifted_at === null ? 'in force' : `lifted ${lifted_at.slice(0, 19)}`
  const what = scope === 'organisation' ? 'everything' : `${scope} ${printableLine(subject)}`
  return [event, at.slice(0, 19), state, what].join('  ')
}
