import type { Served, Usage } from '../fakes/model-server/index.ts'
import type { BundledEvent } from './evidence-bundle.ts'
import type { RecordedRun } from './run-recorded.ts'
import { git } from './scratch.ts'

export interface Check {
  readonly name: string
  readonly expected: unknown
  readonly found: unknown
}

/** What must hold after an agent did its task through the product: each check compares two plain values. */
export function checksOf(recorded: RecordedRun, repository: string): readonly Check[] {
  const { served, printed } = recorded
  const { events, requestDigests } = recorded.bundle
  const calls = served.filter(({ kind }) => kind === 'turn' || kind === 'side')
  const responses = events.filter(({ kind }) => kind === 'model.responded')
  return [
    { name: 'the agent ended well', expected: 0, found: recorded.agent.exitCode },
    {
      name: 'the file is edited',
      expected: true,
      found: manifest(repository).includes('"left-pad": "1.3.0"'),
    },
    { name: 'nothing is left uncommitted', expected: '', found: git(repository, 'status', '--short') },
    { name: 'the commit is made', expected: 'Update left-pad to 1.3.0', found: subject(repository) },
    {
      name: 'the commit is in the record',
      expected: [git(repository, 'rev-parse', 'HEAD')],
      found: printed.changes.flatMap(({ commits }) => commits),
    },
    { name: 'the model was called', expected: true, found: calls.length > 3 },
    { name: 'every model call is recorded', expected: calls.length, found: responses.length },
    {
      name: 'every request is recorded byte for byte',
      expected: digests(calls),
      found: [...requestDigests].sort(),
    },
    { name: 'the models are recorded', expected: models(calls), found: recordedModels(responses) },
    ...TOKENS.map((name) => ({
      name: `${name} are recorded`,
      expected: sum(calls.map(({ usage }) => usage?.[name])),
      found: sum(responses.map(({ data }) => data[name])),
    })),
    { name: 'the tool calls are recorded', expected: toolNames(calls), found: recordedToolNames(events) },
    {
      name: 'the results of the tool calls are recorded',
      expected: toolNames(calls).length,
      found: events.filter(({ kind }) => kind === 'tool.returned').length,
    },
    { name: 'the bundle verifies', expected: 0, found: recorded.verification.exitCode },
  ]
}

const TOKENS = [
  'inputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
] as const satisfies readonly (keyof Usage)[]

function manifest(repository: string): string {
  return git(repository, 'show', 'HEAD:package.json')
}

function subject(repository: string): string {
  return git(repository, 'log', '-1', '--format=%s')
}

function digests(calls: readonly Served[]): readonly string[] {
  return calls.map(({ sha256 }) => sha256).sort()
}

function models(calls: readonly Served[]): readonly string[] {
  return [...new Set(calls.map(({ model }) => model ?? ''))].sort()
}

function recordedModels(responses: readonly BundledEvent[]): readonly string[] {
  return [...new Set(responses.map(({ data }) => String(data.model)))].sort()
}

function toolNames(calls: readonly Served[]): readonly string[] {
  return calls.flatMap(({ toolCall }) => (toolCall === undefined ? [] : [toolCall.name]))
}

function recordedToolNames(events: readonly BundledEvent[]): readonly string[] {
  return events.filter(({ kind }) => kind === 'tool.called').map(({ data }) => String(data.tool))
}

function sum(counts: readonly unknown[]): number {
  return counts.reduce<number>((total, count) => total + Number(count ?? 0), 0)
}
