import { describe, expect, it } from 'vitest'
import { sampleRun } from '../../../../test/vectors/sample-run.ts'
import { coverageOf } from './coverage.ts'
import type { EventKind, RecordedEvent } from './event.ts'
import { buildExecutionRecord, EXECUTION_RECORD_TYPE } from './execution-record.ts'
import { AGENT_COMMIT_BUILD_TYPE, buildProvenance, SPONSOR_FIELD } from './provenance.ts'
import { parseEvent } from './recorded-event.ts'

const { events, run } = sampleRun()
const root = 'ab'.repeat(32)
const record = buildExecutionRecord({ events, root })

/** The run without the first event of a kind, or with its data changed. */
function without(kind: EventKind): readonly RecordedEvent[] {
  return events.toSpliced(
    events.findIndex((event) => event.kind === kind),
    1,
  )
}

function withData(kind: EventKind, data: RecordedEvent['data']): readonly RecordedEvent[] {
  return events.map((event) => (event.kind === kind ? { ...event, data: { ...event.data, ...data } } : event))
}

function gapsOf(changed: readonly RecordedEvent[]): readonly string[] {
  return coverageOf(changed).gaps.map(({ code, count }) => `${code} ${count}`)
}

describe('the execution record', () => {
  it('is a statement about each commit, its tree and the events', () => {
    expect(record.predicateType).toBe(EXECUTION_RECORD_TYPE)
    expect(record.subject.map(({ name, digest }) => [name, ...Object.keys(digest)])).toEqual([
      ['repository-0', 'gitCommit'],
      ['repository-0', 'gitTree'],
      ['events', 'sha256'],
    ])
  })

  it('names run, sponsor, workflow, task, agent and end [REC-1]', () => {
    expect(record.predicate).toMatchObject({
      ...{ run, sponsor: 'per_01KAH8S5M00000000000000ADA', workflow: 'dependency-update' },
      ...{ status: 'closed', exitCode: 0, agent: { kind: 'generic', version: '1.0.0' } },
      task: events[0]?.parts?.task,
      entries: { count: events.length, root },
    })
  })

  it('sums calls, tokens and cost by model [REC-5]', () => {
    expect(record.predicate.models).toEqual([
      {
        ...{ protocol: 'openai-chat', model: 'sample-1-2026', calls: 2, completed: 2 },
        ...{
          inputTokens: 200,
          outputTokens: 40,
          cacheReadTokens: 128,
          cacheWriteTokens: 0,
          reasoningTokens: 10,
        },
        ...{ costNanoUsd: 3_000_000, unreported: 0, unpriced: 0 },
      },
    ])
  })

  it('says how many sums leave something out', () => {
    const changed = withData('model.responded', { usage: 'missing' })
    const [model] = buildExecutionRecord({ events: changed, root }).predicate.models
    expect(model).toMatchObject({ unreported: 2, unpriced: 0 })
  })

  it('lists repositories as found and changes as made [REC-4] [REC-6]', () => {
    expect(record.predicate.repositories).toMatchObject([{ repository: 0, clean: true }])
    expect(record.predicate.changes).toMatchObject([{ repository: 0, files: 1, dirty: 0 }])
  })

  it('counts refusals by code', () => {
    const refused = {
      ...(events[3] as RecordedEvent),
      kind: 'model.refused' as const,
      data: { call: 'req_0', code: 'model.unknown' },
    }
    const changed = events.toSpliced(5, 0, refused, refused)
    expect(buildExecutionRecord({ events: changed, root }).predicate.refusals).toEqual([
      { code: 'model.unknown', count: 2 },
    ])
  })

  it('holds integers and strings only, no float and no null', () => {
    const walk = (value: unknown): boolean =>
      typeof value === 'object' && value !== null
        ? Object.values(value).every(walk)
        : typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
    expect(walk(record)).toBe(true)
  })

  it('is not made of a run that has no beginning or no end', () => {
    expect(() => buildExecutionRecord({ events: without('run.opened'), root })).toThrow(RangeError)
    expect(() => buildExecutionRecord({ events: without('run.closed'), root })).toThrow(RangeError)
  })
})

describe('coverage [REC-13]', () => {
  it('says which channels watched and which did not', () => {
    const { verdict, channels, toolCalls } = coverageOf(events)
    expect(verdict).toBe('complete')
    expect(channels).toEqual({
      gateway: { state: 'observed', events: 4, firstSeq: 3, lastSeq: 7 },
      git: { state: 'observed', events: 3, firstSeq: 1, lastSeq: 10 },
      hooks: { state: 'absent', events: 0 },
      mcp: { state: 'absent', events: 0 },
      sandbox: { state: 'absent', events: 0 },
    })
    expect(toolCalls).toEqual({ total: 1, returned: 1, seenBy: { gateway: 1, hooks: 0, mcp: 0 } })
  })

  it.each([
    ['a model call has no answer', without('model.responded'), 'model-call.unanswered 1'],
    [
      'a repository could not be read',
      events.toSpliced(-1, 0, {
        ...(events[1] as RecordedEvent),
        kind: 'recording.gap' as const,
        data: { repository: 0, code: 'git.gone' },
      }),
      'repository.unread 1',
    ],
    ['an answer was cut', withData('model.responded', { outcome: 'cut' }), 'model-call.interrupted 2'],
    [
      'tokens were not reported',
      withData('model.responded', { usage: 'missing' }),
      'model-call.usage-missing 2',
    ],
    ['a tool call has no result', without('tool.returned'), 'tool-call.unreturned 1'],
    ['files are unexplained', withData('change.observed', { unexplained: 3 }), 'change.unexplained-file 3'],
    [
      'the state afterwards is missing',
      withData('repository.observed', { moment: 'before' }),
      'repository.after-missing 1',
    ],
    [
      'nothing went through the gateway',
      events.filter(({ kind }) => !kind.startsWith('model.')),
      'gateway.absent 1',
    ],
    [
      'the run was abandoned',
      events.map((event) =>
        event.kind === 'run.closed' ? { ...event, kind: 'run.abandoned' as const } : event,
      ),
      'run.abandoned 1',
    ],
  ])('has a gap when %s', (_, changed, gap) => {
    expect(gapsOf(changed)).toEqual([gap])
    expect(coverageOf(changed).verdict).toBe('gaps')
  })

  it('calls a channel partial when it missed something', () => {
    expect(coverageOf(without('model.responded')).channels.gateway.state).toBe('partial')
  })

  it('does not call unexamined files explained', () => {
    const changed = events.map((event) => {
      const { unexplained: _, ...data } = event.data
      return { ...event, data }
    })
    expect(coverageOf(changed).files).toEqual({ changed: 1 })
  })
})

describe('the SLSA provenance', () => {
  it('names the build type, the base, the agent and the sponsor', () => {
    const statement = buildProvenance({ events, record: record.predicate, version: '0.1.0' })
    expect(statement).toMatchObject({
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: AGENT_COMMIT_BUILD_TYPE,
          externalParameters: { target: { repository: 'repository-0' } },
          internalParameters: {
            agent: { model: ['sample-1-2026'], runtime: 'generic@1.0.0', tools: ['edit_file'] },
          },
        },
        runDetails: { metadata: { invocationId: run } },
        [SPONSOR_FIELD]: 'per_01KAH8S5M00000000000000ADA',
      },
    })
  })

  it('is about commits, so a run without any has none', () => {
    const changed = withData('change.observed', { commits: [] })
    expect(buildProvenance({ events: changed, record: record.predicate, version: '0.1.0' })).toBeUndefined()
  })
})

describe('an entry', () => {
  const text = JSON.stringify(events[0])

  it('is read as the event it holds', () => {
    expect(parseEvent(text)).toEqual(events[0])
  })

  it.each([
    '',
    'null',
    '[]',
    '{}',
    text.replace('"v":1', '"v":2'),
    text.replace('"seq":0', '"seq":"0"'),
    text.replace('"alg"', '"algo"'),
  ])('is no event as %.40s', (other) => {
    expect(parseEvent(other)).toBeUndefined()
  })
})
