import type { Write } from '../../storage/index.ts'
import type { EventData, EventKind, RecordedEvent } from '../record/index.ts'
import {
  addToRun,
  type Counter,
  insertCommit,
  insertRecord,
  insertRun,
  type NewRun,
  setAgentVersion,
  setErased,
  setOutcome,
} from './store.ts'

/** What each kind of event changes in the rows about runs; a pure function, so that `rebuild` gives the same rows. */
export function projectRun(event: RecordedEvent, index: number): readonly Write[] {
  const writes = RULES[event.kind]?.(event, index) ?? []
  // The opening makes the row with what the event brings; later events add to it, in one statement each.
  const added = event.kind === 'run.opened' ? {} : { ...COUNTS[event.kind]?.(event), ...bodiesOf(event) }
  const adds = event.run !== undefined && Object.keys(added).length > 0
  return adds ? [...writes, addToRun(event.run ?? '', added)] : writes
}

type Amounts = Partial<Record<Counter, number>>

const COUNTS: Partial<Record<EventKind, (event: RecordedEvent) => Amounts>> = {
  'model.requested': () => ({ model_calls: 1 }),
  'model.responded': ({ data }) => ({
    input_tokens: count(data, 'inputTokens'),
    output_tokens: count(data, 'outputTokens'),
    cost_nano_usd: count(data, 'costNanoUsd'),
    unpriced_calls: data.usage === 'reported' && data.costNanoUsd === undefined ? 1 : 0,
  }),
  'model.refused': () => ({ refused_calls: 1 }),
  'tool.called': () => ({ tool_calls: 1 }),
  'recording.gap': () => ({ gaps: 1 }),
}

/** How much the event's bodies are, and how much they were before pieces that are there already were left out. */
function bodiesOf({ kind, data, parts }: RecordedEvent): Amounts {
  const sizes = Object.values(parts ?? {}).map(({ bytes }) => bytes)
  if (sizes.length === 0) return {}
  const part_bytes = sizes.reduce((sum, bytes) => sum + bytes, 0)
  const raw_bytes = kind === 'model.requested' ? count(data, 'bytes') : part_bytes
  return { parts: sizes.length, part_bytes, raw_bytes }
}

type Rule = (event: RecordedEvent, index: number) => readonly Write[]

const RULES: Partial<Record<EventKind, Rule>> = {
  'run.opened': (event) => [insertRun(opened(event))],
  'agent.configured': ({ run, data }) =>
    typeof data.version === 'string' ? [setAgentVersion(run ?? '', data.version)] : [],
  'change.observed': ({ run, data }) =>
    list(data, 'commits').map((sha) =>
      insertCommit({ sha, run: run ?? '', repository: count(data, 'repository') }),
    ),
  'run.closed': ended('closed'),
  'run.abandoned': ended('abandoned'),
  'evidence.attached': ({ id, data }) => {
    const run = text(data, 'of')
    // Deletions have signed records as well; those are about no run.
    return run.startsWith('run_') ? [insertRecord({ run, event: id, entry: text(data, 'entry') })] : []
  },
  'part.erased': ({ data }, index) => list(data, 'runs').map((run) => setErased(run, index)),
}

function opened(event: RecordedEvent): NewRun {
  const { run, data, at } = event
  return {
    id: run ?? '',
    sponsor: text(data, 'sponsor'),
    workflow: text(data, 'workflow'),
    policy_digest: text(data, 'policyDigest'),
    agent: text(data, 'agent'),
    agent_kind: text(data, 'agentKind'),
    recorder: text(data, 'recorder'),
    opened_at: at,
    retention_ms: typeof data.retentionMs === 'number' ? data.retentionMs : null,
    ...{ parts: 0, part_bytes: 0, raw_bytes: 0, ...bodiesOf(event) },
  }
}

function ended(status: 'closed' | 'abandoned'): Rule {
  return ({ run, data, at }) => [
    setOutcome(run ?? '', {
      status,
      closed_at: at,
      exit_code: typeof data.exitCode === 'number' ? data.exitCode : null,
      duration_ms: typeof data.durationMs === 'number' ? data.durationMs : null,
    }),
  ]
}

function text(data: EventData, key: string): string {
  const value = data[key]
  return typeof value === 'string' ? value : ''
}

function count(data: EventData, key: string): number {
  const value = data[key]
  return typeof value === 'number' ? value : 0
}

function list(data: EventData, key: string): string[] {
  const value = data[key]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
