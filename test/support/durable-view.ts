import { DatabaseSync } from 'node:sqlite'
import type { EventKind, RecordedEvent } from '../../src/recording/record/index.ts'

/** What a ledger holds on disk, read through a connection that the server knows nothing of. */
export class DurableView implements Disposable {
  readonly #database: DatabaseSync

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true })
  }

  /** The run's events in order. */
  events(run: string): RecordedEvent[] {
    const rows = this.#database.prepare('SELECT body FROM entries WHERE run = ? ORDER BY seq').all(run)
    return rows.map((row) => parsed(row.body))
  }

  kinds(run: string): EventKind[] {
    return this.events(run).map((event) => event.kind)
  }

  /** The last event of a kind in a run. */
  last(run: string, kind: EventKind): RecordedEvent | undefined {
    return this.events(run).findLast((event) => event.kind === kind)
  }

  /** Events of a kind, of whatever run. */
  ofKind(kind: EventKind): RecordedEvent[] {
    const rows = this.#database.prepare('SELECT body FROM entries WHERE kind = ? ORDER BY idx').all(kind)
    return rows.map((row) => parsed(row.body))
  }

  /** Every entry's id by index, and its bytes. */
  entries(): { readonly index: number; readonly recordId: string; readonly body: Uint8Array }[] {
    const rows = this.#database.prepare('SELECT idx, record_id, body FROM entries ORDER BY idx').all()
    return rows.map((row) => ({
      index: Number(row.idx),
      recordId: String(row.record_id),
      body: row.body as Uint8Array,
    }))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

function parsed(body: unknown): RecordedEvent {
  return JSON.parse(Buffer.from(body as Uint8Array).toString()) as RecordedEvent
}
