import { toSqlParameters, type Write } from '../../../storage/index.ts'
import type { AppendUnit, PendingEntry } from '../append.ts'
import { beginEvent } from './event-text.ts'

/** A unit whose entries need nothing more than their place. */
export interface PreparedUnit {
  readonly entries: readonly PreparedEntry[]
  readonly writes: readonly Write[]
}

export type PreparedEntry = PreparedEvent | PreparedBytes

export interface PreparedEvent {
  readonly recordId: string
  readonly kind: string
  readonly run: string | undefined
  /** Its canonical text without the end, which tells the place. */
  readonly begun: string
}

export interface PreparedBytes {
  readonly recordId: string
  readonly kind: string
  readonly bytes: Uint8Array
}

/** Throws for what cannot be recorded (`canonical.unrepresentable`) or stored: it must not reach the writer. */
export function prepareUnit({ entries, writes }: AppendUnit, node: string): PreparedUnit {
  for (const { parameters } of writes) toSqlParameters(parameters)
  return { entries: entries.map((entry) => prepareEntry(entry, node)), writes }
}

function prepareEntry(entry: PendingEntry, node: string): PreparedEntry {
  if (entry.type === 'raw') return { recordId: entry.recordId, kind: entry.kind, bytes: entry.bytes }
  const { draft } = entry
  return { recordId: draft.id, kind: draft.kind, run: draft.run, begun: beginEvent(draft, node) }
}
