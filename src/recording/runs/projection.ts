import type { Write } from '../../storage/index.ts'
import type { EventData, EventKind, RecordedEvent } from '../record/index.ts'
import { addToRun, insertCommit, insertRecord, insertRun, setAgentVersion, setOutcome } from './store.ts'

/** What each kind of event changes in the rows about runs; a pure function, so that `rebuild` gives the same rows. */
export function projectRun(event: RecordedEvent): readonly Write[] {
  const rule = RULES[event.kind]
  return rule === undefined ? [] : rule(event)
}

type Rule = (event: RecordedEvent) => readonly Write[]

const RULES: Partial<Record<EventKind, Rule>> = {
  'run.opened': ({ run, data, at }) => [
    insertRun({
      id: run ?? '',
      sponsor: text(data, 'sponsor'),
      workflow: text(data, 'workflow'),
      policy_digest: text(data, 'policyDigest'),
      agent: text(data, 'agent'),
      agent_kind: text(data, 'agentKind'),
      recorder: text(data, 'recorder'),
      opened_at: at,
    }),
  ],
  'agent.configured': ({ run, data }) =>
    typeof data.version === 'string' ? [setAgentVersion(run ?? '', data.version)] : [],
  'model.requested': ({ run }) => [addToRun(run ?? '', { model_calls: 1 })],
  'model.responded': ({ run, data }) => [
    addToRun(run ?? '', {
      input_tokens: count(data, 'inputTokens'),
      output_tokens: count(data, 'outputTokens'),
      cost_nano_usd: count(data, 'costNanoUsd'),
      unpriced_calls: data.usage === 'reported' && data.costNanoUsd === undefined ? 1 : 0,
    }),
  ],
  'model.refused': ({ run }) => (run === undefined ? [] : [addToRun(run, { refused_calls: 1 })]),
  'tool.called': ({ run }) => [addToRun(run ?? '', { tool_calls: 1 })],
  'recording.gap': ({ run }) => (run === undefined ? [] : [addToRun(run, { gaps: 1 })]),
  'change.observed': ({ run, data }) =>
    list(data, 'commits').map((sha) =>
      insertCommit({ sha, run: run ?? '', repository: count(data, 'repository') }),
    ),
  'run.closed': ended('closed'),
  'run.abandoned': ended('abandoned'),
  'evidence.attached': ({ id, data }) => [
    insertRecord({ run: text(data, 'of'), event: id, entry: text(data, 'entry') }),
  ],
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
