import { parseEvent } from '../recording/record/index.ts'
import { allEntries } from '../recording/runs/index.ts'
import type { Services } from './composition.ts'

/** One part of a run, as its event commits to it. */
export interface ListedPart {
  readonly event: string
  readonly seq: number
  readonly kind: string
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** Index of the entry that erased it; absent while it is kept. */
  readonly erasedBy?: number
}

/** The parts of a run in the order of its events; `run.unknown`. */
export async function partsOfRun(services: Services, run: string): Promise<readonly ListedPart[]> {
  await services.runs.row(run)
  const entries = await allEntries(services.ledger, run)
  const events = entries.flatMap(({ body }) => parseEvent(Buffer.from(body).toString()) ?? [])
  const erasures = await services.vault.erasuresOf(events.map(({ id }) => id))
  return events.flatMap(({ id: event, seq = 0, kind, parts = {} }) =>
    Object.entries(parts).map(([name, { type, bytes }]) => {
      const erasedBy = erasures.get(`${event}/${name}`)
      return { event, seq, kind, name, type, bytes, ...(erasedBy === undefined ? {} : { erasedBy }) }
    }),
  )
}
