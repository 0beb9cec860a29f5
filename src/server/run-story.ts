import type { Principal } from '../governing/identity/index.ts'
import { timestamp } from '../kernel/index.ts'
import type { ModelUsage, RecordedEvent } from '../recording/record/index.ts'
import { modelUsage, stringAt } from '../recording/record/index.ts'
import { allEntries } from '../recording/runs/index.ts'
import type { Services } from './composition.ts'
import { type RunSummary, runSummary } from './run-summary.ts'
import type { ChangedFileName, ToolCallStory } from './story-parts.ts'
import { changedFiles, toolCallStories } from './story-parts.ts'
import { mayReadParts } from './visible-runs.ts'

/** One run as a person reads it: what was asked, what the agent did, what came of it. */
export interface RunStory extends RunSummary {
  readonly task: string
  readonly models: readonly ModelUsage[]
  readonly tools: readonly ToolCallStory[]
  readonly files: readonly ChangedFileName[]
  readonly refusals: readonly { readonly at: string; readonly code: string }[]
  readonly entries: number
  /** Which entry erased a body that the story would tell, by `EVENT/NAME`. */
  readonly erased: Readonly<Record<string, number>>
  /** The reader may not read bodies, so the story tells none. */
  readonly withheld: boolean
}

/**
 * Reads the run's events, and the bodies the story needs when the reader may read them: that is recorded first. Throws
 * `run.unknown`.
 */
export async function runStory(services: Services, run: string, reader: Principal): Promise<RunStory> {
  const row = await services.runs.row(run)
  const withheld = !(await mayReadParts(services, reader, row))
  const summary = await runSummary(services, row)
  const events = (await allEntries(services.ledger, run)).map(
    (entry) => JSON.parse(Buffer.from(entry.body).toString()) as RecordedEvent,
  )
  const told = events.filter((event) => TOLD_KINDS.has(event.kind))
  const parts = withheld ? [] : await readParts(services, run, told, reader)
  const bodies = new Map(parts.map((part) => [`${part.event}/${part.name}`, part.body]))
  return {
    ...summary,
    task: Buffer.from(bodies.get(`${events[0]?.id}/task`) ?? '').toString(),
    erased: Object.fromEntries(await services.vault.erasuresOf(told.map((event) => event.id))),
    models: modelUsage(events),
    tools: toolCallStories(events, bodies),
    files: changedFiles(events, bodies),
    refusals: events
      .filter((event) => event.kind === 'model.refused')
      .map((event) => ({ at: event.at, code: stringAt(event.data, 'code') ?? '' })),
    entries: events.length,
    withheld,
  }
}

async function readParts(services: Services, of: string, told: readonly RecordedEvent[], reader: Principal) {
  const { ledger, vault, ids, clock } = services
  const at = timestamp(clock.now())
  await ledger.append({ id: ids('evt'), kind: 'record.read', at, actor: reader.id, data: { of } })
  return vault.disclose(told.map((event) => event.id))
}

/** The events whose bodies appear in the story; requests and answers are for the bundle. */
const TOLD_KINDS: ReadonlySet<string> = new Set(['run.opened', 'tool.called', 'change.observed'])
