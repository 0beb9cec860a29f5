import type { ModelUsage, RecordedEvent } from '../recording/record/index.ts'
import { modelUsage, stringAt } from '../recording/record/index.ts'
import { allEntries } from '../recording/runs/index.ts'
import type { Services } from './composition.ts'
import { type RunSummary, runSummary } from './run-summary.ts'
import type { ChangedFileName, ToolCallStory } from './story-parts.ts'
import { changedFiles, toolCallStories } from './story-parts.ts'

/** One run as a person reads it: what was asked, what the agent did, what came of it. */
export interface RunStory extends RunSummary {
  readonly task: string
  readonly models: readonly ModelUsage[]
  readonly tools: readonly ToolCallStory[]
  readonly files: readonly ChangedFileName[]
  readonly refusals: readonly { readonly at: string; readonly code: string }[]
  readonly entries: number
}

/** Reads the run's events and the bodies the story needs; `run.unknown` when there is no such run. */
export async function runStory(services: Services, run: string): Promise<RunStory> {
  const summary = await runSummary(services, await services.runs.row(run))
  const events = allEntries(services.ledger, run).map(
    (entry) => JSON.parse(Buffer.from(entry.body).toString()) as RecordedEvent,
  )
  const told = events.filter((event) => TOLD_KINDS.has(event.kind))
  const parts = await services.vault.disclose(told.map((event) => event.id))
  const bodies = new Map(parts.map((part) => [`${part.event}/${part.name}`, part.body]))
  return {
    ...summary,
    task: Buffer.from(bodies.get(`${events[0]?.id}/task`) ?? '').toString(),
    models: modelUsage(events),
    tools: toolCallStories(events, bodies),
    files: changedFiles(events, bodies),
    refusals: events
      .filter((event) => event.kind === 'model.refused')
      .map((event) => ({ at: event.at, code: stringAt(event.data, 'code') ?? '' })),
    entries: events.length,
  }
}

/** The events whose bodies appear in the story; requests and answers are for the bundle. */
const TOLD_KINDS: ReadonlySet<string> = new Set(['run.opened', 'tool.called', 'change.observed'])
