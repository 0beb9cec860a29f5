import type { EventData, RecordedEvent } from './event.ts'
import { STATEMENT_TYPE, type Statement } from './statement.ts'

const DELETION_RECORD_TYPE = 'https://custody.dev/deletion-record/v1'

/** What was deleted, when, on whose word and why: the data of the `part.erased` event, with its place in the log. */
export interface DeletionRecord {
  readonly v: 1
  /** Index of the event's entry. */
  readonly entry: number
  readonly event: string
  readonly at: string
  readonly actor: string
  readonly erased: EventData
}

/** The statement about one `part.erased` event; its subject is the entry. Pure. */
export function buildDeletionRecord(
  { id, at, actor, data }: RecordedEvent,
  entry: { readonly index: number; readonly sha256: string },
): Statement<DeletionRecord> {
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: `entry-${entry.index}`, digest: { sha256: entry.sha256 } }],
    predicateType: DELETION_RECORD_TYPE,
    predicate: { v: 1, entry: entry.index, event: id, at, actor, erased: data },
  }
}
