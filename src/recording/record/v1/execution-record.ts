import { booleanAt, integerAt, type JsonObject, stringAt, stringsAt } from '../fields.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { isSealing, type PartCommitment, type RecordedEvent } from './event.ts'
import { changeSubjects, STATEMENT_TYPE, type Statement, type Subject } from './statement.ts'
import { type ModelUsage, modelUsage, type ToolUsage, toolUsage } from './usage.ts'

export const EXECUTION_RECORD_TYPE = 'https://custody.dev/execution-record/v1'

/** The sealed account of one run: ids, digests, counts and commitments, nothing a person wrote. */
export interface ExecutionRecord {
  readonly v: 1
  readonly run: string
  readonly sponsor: string
  readonly workflow: string
  readonly policyDigest: string
  readonly task: PartCommitment
  readonly openedAt: string
  readonly closedAt: string
  /** `abandoned`: the recorder ended the run because whoever ran it was gone. */
  readonly status: 'closed' | 'abandoned'
  readonly exitCode?: number
  readonly durationMs?: number
  readonly agent?: RecordedAgent
  readonly models: readonly ModelUsage[]
  readonly tools: readonly ToolUsage[]
  readonly repositories: readonly RepositoryBefore[]
  readonly changes: readonly RecordedChange[]
  readonly refusals: readonly { readonly code: string; readonly count: number }[]
  readonly decisions: readonly never[]
  readonly coverage: Coverage
  /** All events of the run, the sealing one included: how many, and the Merkle root over their entries in hex. */
  readonly entries: { readonly count: number; readonly root: string }
}

export interface RecordedAgent {
  readonly kind: string
  readonly version?: string
  readonly binarySha256?: string
}

export interface RepositoryBefore {
  readonly repository: number
  readonly commit?: string
  readonly tree?: string
  readonly clean: boolean
}

export interface RecordedChange {
  readonly repository: number
  readonly base?: string
  readonly head?: string
  readonly tree?: string
  readonly commits: readonly string[]
  readonly files: number
  readonly dirty: number
}

/** A sealed run: its events in order and the Merkle root (hex) over the entries of all of them. */
export interface SealedRun {
  readonly events: readonly RecordedEvent[]
  readonly root: string
}

/**
 * The execution record as an in-toto statement about the change and the events; the same events always give the same
 * statement. Throws RangeError when the events do not begin with `run.opened` (with its task) and end with a sealing one.
 */
export function buildExecutionRecord({ events, root }: SealedRun): Statement<ExecutionRecord> {
  const subject: readonly Subject[] = [
    ...changeSubjects(events),
    { name: 'events', digest: { sha256: root } },
  ]
  const predicate: ExecutionRecord = {
    v: 1,
    ...frame(events),
    ...agent(events),
    models: modelUsage(events),
    tools: toolUsage(events),
    repositories: repositoriesBefore(events),
    changes: changes(events),
    refusals: refusals(events),
    decisions: [],
    coverage: coverageOf(events),
    entries: { count: events.length, root },
  }
  return { _type: STATEMENT_TYPE, subject, predicateType: EXECUTION_RECORD_TYPE, predicate }
}

/** The event that sealed the run, when the last one does. */
export function sealingEvent(events: readonly RecordedEvent[]): RecordedEvent | undefined {
  const last = events.at(-1)
  return last !== undefined && isSealing(last.kind) ? last : undefined
}

function frame(events: readonly RecordedEvent[]) {
  const opened = events[0]
  const sealed = sealingEvent(events)
  const task = opened?.parts?.task
  if (
    opened?.run === undefined ||
    opened.kind !== 'run.opened' ||
    task === undefined ||
    sealed === undefined
  ) {
    throw new RangeError('An execution record needs the events of a run from run.opened to its end.')
  }
  return {
    run: opened.run,
    sponsor: stringAt(opened.data, 'sponsor') ?? '',
    workflow: stringAt(opened.data, 'workflow') ?? '',
    policyDigest: stringAt(opened.data, 'policyDigest') ?? '',
    task,
    openedAt: opened.at,
    closedAt: sealed.at,
    status: sealed.kind === 'run.abandoned' ? ('abandoned' as const) : ('closed' as const),
    ...integers(sealed.data, 'exitCode', 'durationMs'),
  }
}

function agent(events: readonly RecordedEvent[]): { readonly agent?: RecordedAgent } {
  const configured = events.find((event) => event.kind === 'agent.configured')
  const kind = stringAt(configured?.data, 'kind')
  return kind === undefined
    ? {}
    : { agent: { kind, ...strings(configured?.data, 'version', 'binarySha256') } }
}

function repositoriesBefore(events: readonly RecordedEvent[]): readonly RepositoryBefore[] {
  return events
    .filter((event) => event.kind === 'repository.observed' && stringAt(event.data, 'moment') === 'before')
    .map(({ data }) => ({
      repository: integerAt(data, 'repository') ?? 0,
      ...strings(data, 'commit', 'tree'),
      clean: booleanAt(data, 'clean') ?? false,
    }))
}

function changes(events: readonly RecordedEvent[]): readonly RecordedChange[] {
  return events
    .filter((event) => event.kind === 'change.observed')
    .map(({ data }) => ({
      repository: integerAt(data, 'repository') ?? 0,
      ...strings(data, 'base', 'head', 'tree'),
      commits: stringsAt(data, 'commits'),
      files: integerAt(data, 'files') ?? 0,
      dirty: integerAt(data, 'dirty') ?? 0,
    }))
}

function refusals(events: readonly RecordedEvent[]): ExecutionRecord['refusals'] {
  const counts = new Map<string, number>()
  for (const { kind, data } of events) {
    if (!kind.endsWith('.refused')) continue
    const code = stringAt(data, 'code') ?? ''
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return [...counts].map(([code, count]) => ({ code, count }))
}

/** The members among `names` that are strings. */
function strings<Name extends string>(json: JsonObject | undefined, ...names: readonly Name[]) {
  return pick(names, (name) => stringAt(json, name))
}

/** The members among `names` that are integers. */
function integers<Name extends string>(json: JsonObject, ...names: readonly Name[]) {
  return pick(names, (name) => integerAt(json, name))
}

function pick<Name extends string, Value>(
  names: readonly Name[],
  read: (name: Name) => Value | undefined,
): { readonly [key in Name]?: Value } {
  const found = names.map((name) => [name, read(name)] as const).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as { readonly [key in Name]?: Value }
}
