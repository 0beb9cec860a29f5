import type { Write } from '../../storage/index.ts'
import type { EventDraft } from '../record/index.ts'

/** What is written in one piece: either every entry and write of it is durable, or nothing of it. */
export interface AppendUnit {
  readonly entries: readonly PendingEntry[]
  /** Writes that belong to these entries, in the same transaction (parts, tokens, personal data). */
  readonly writes: readonly Write[]
}

export type PendingEntry =
  | { readonly type: 'event'; readonly draft: EventDraft }
  /** An entry that is not an event: its bytes are stored as they are. */
  | { readonly type: 'raw'; readonly recordId: string; readonly kind: string; readonly bytes: Uint8Array }

/** Where an entry stands. The index is durable and final; `seq` counts the events of its run. */
export interface Position {
  readonly index: number
  readonly seq?: number
}

export type UnitOutcome =
  | { readonly ok: true; readonly positions: readonly Position[] }
  | { readonly ok: false; readonly failure: AppendFailure; readonly detail: string }

export type AppendFailure =
  | 'entry-too-large'
  | 'run-sealed'
  | 'run-unknown'
  | 'contradicts'
  | 'disk-full'
  | 'unreachable'
  | 'stopped'

export type Refusal = Extract<UnitOutcome, { ok: false }>

export function refusal(failure: AppendFailure, detail: string): Refusal {
  return { ok: false, failure, detail }
}

export function isContradiction(outcome: UnitOutcome): boolean {
  return !outcome.ok && outcome.failure === 'contradicts'
}
