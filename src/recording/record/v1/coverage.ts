import { integerAt, stringAt, stringsAt } from '../fields.ts'
import type { RecordedEvent } from './event.ts'
import { answeredCalls, lacksUsage } from './model-calls.ts'

/** The ways in which a run can be watched. */
const CHANNELS = ['gateway', 'hooks', 'mcp', 'git', 'sandbox'] as const
export type Channel = (typeof CHANNELS)[number]

/** What one channel saw: everything it should have, a part of it, or nothing. */
export interface ChannelCoverage {
  readonly state: 'observed' | 'partial' | 'absent'
  /** Events it contributed, with the `seq` of the first and the last. */
  readonly events: number
  readonly firstSeq?: number
  readonly lastSeq?: number
}

/** One kind of thing that is known to be missing, and how often. */
export interface Gap {
  readonly code: GapCode
  readonly count: number
}
export type GapCode =
  | 'gateway.absent'
  | 'git.absent'
  | 'model-call.unanswered'
  | 'model-call.interrupted'
  | 'model-call.usage-missing'
  | 'tool-call.unreturned'
  | 'repository.after-missing'
  | 'change.unexplained-file'
  | 'repository.unread'
  | 'recording.gap'
  | 'run.abandoned'

/** What was and what was not observed of a run; part of the signed execution record (REC-13). */
export interface Coverage {
  readonly verdict: 'complete' | 'gaps'
  readonly channels: Readonly<Record<Channel, ChannelCoverage>>
  readonly modelCalls: { readonly requested: number; readonly responded: number; readonly refused: number }
  readonly toolCalls: ToolCallCoverage
  /** Files changed; `unexplained` (files no recorded tool call explains) is absent when that was not examined. */
  readonly files: { readonly changed: number; readonly unexplained?: number }
  readonly gaps: readonly Gap[]
}

export interface ToolCallCoverage {
  readonly total: number
  readonly returned: number
  /** How many of the calls each channel saw. */
  readonly seenBy: Readonly<Record<'gateway' | 'hooks' | 'mcp', number>>
}

/** Computes the coverage from a run's events alone, so that anyone who holds the events can do it again. */
export function coverageOf(events: readonly RecordedEvent[]): Coverage {
  const gaps = gapsOf(events)
  const channels = channelsOf(events, gaps)
  const absent = (['gateway', 'git'] as const).filter((channel) => channels[channel].state === 'absent')
  const allGaps = [...absent.map((channel) => ({ code: `${channel}.absent` as const, count: 1 })), ...gaps]
  return {
    verdict: allGaps.length === 0 ? 'complete' : 'gaps',
    channels,
    modelCalls: {
      requested: count(events, 'model.requested'),
      responded: count(events, 'model.responded'),
      refused: count(events, 'model.refused'),
    },
    toolCalls: toolCallsOf(events),
    files: filesOf(events),
    gaps: allGaps,
  }
}

function gapsOf(events: readonly RecordedEvent[]): readonly Gap[] {
  const responses = events.filter((event) => event.kind === 'model.responded')
  const repositoryGaps = events.filter(isRepositoryGap)
  const counts: readonly Gap[] = [
    { code: 'model-call.unanswered', count: unmatched(events, 'call', MODEL_ANSWERS) },
    { code: 'model-call.interrupted', count: responses.filter(isInterrupted).length },
    { code: 'model-call.usage-missing', count: answeredCalls(events).filter(lacksUsage).length },
    { code: 'tool-call.unreturned', count: unmatched(events, 'toolCall', TOOL_ANSWERS) },
    { code: 'repository.after-missing', count: unobservedAfterwards(events) },
    { code: 'change.unexplained-file', count: filesOf(events).unexplained ?? 0 },
    { code: 'repository.unread', count: repositoryGaps.length },
    { code: 'recording.gap', count: count(events, 'recording.gap') - repositoryGaps.length },
    { code: 'run.abandoned', count: count(events, 'run.abandoned') },
  ]
  return counts.filter((gap) => gap.count > 0)
}

const MODEL_ANSWERS = { question: 'model.requested', answers: ['model.responded', 'model.refused'] }
const TOOL_ANSWERS = { question: 'tool.called', answers: ['tool.returned'] }

/** How many question events have no answer event that names the same call. */
function unmatched(
  events: readonly RecordedEvent[],
  name: string,
  { question, answers }: { readonly question: string; readonly answers: readonly string[] },
): number {
  const answered = new Set(
    events.filter((event) => answers.includes(event.kind)).map((event) => stringAt(event.data, name)),
  )
  return events.filter((event) => event.kind === question && !answered.has(stringAt(event.data, name))).length
}

function isInterrupted(event: RecordedEvent): boolean {
  const outcome = stringAt(event.data, 'outcome')
  return outcome === 'client-gone' || outcome === 'cut'
}

/** A gap that names a repository is git's; any other may be anyone's. */
function isRepositoryGap({ kind, data }: RecordedEvent): boolean {
  return kind === 'recording.gap' && integerAt(data, 'repository') !== undefined
}

function unobservedAfterwards(events: readonly RecordedEvent[]): number {
  const after = repositoriesAt(events, 'after')
  return [...repositoriesAt(events, 'before')].filter((repository) => !after.has(repository)).length
}

function repositoriesAt(events: readonly RecordedEvent[], moment: string): ReadonlySet<number | undefined> {
  const observed = events.filter((event) => event.kind === 'repository.observed')
  const atMoment = observed.filter((event) => stringAt(event.data, 'moment') === moment)
  return new Set(atMoment.map((event) => integerAt(event.data, 'repository')))
}

/** Which events a channel contributed, and which gaps mean that it missed something. */
const CHANNEL_RULES: Readonly<
  Record<Channel, { readonly sees: (event: RecordedEvent) => boolean; readonly missedBy: readonly GapCode[] }>
> = {
  gateway: {
    sees: (event) => event.kind.startsWith('model.'),
    missedBy: ['model-call.unanswered', 'model-call.interrupted', 'recording.gap'],
  },
  hooks: { sees: (event) => seenBy(event, 'hooks'), missedBy: ['recording.gap'] },
  mcp: { sees: (event) => seenBy(event, 'mcp'), missedBy: ['recording.gap'] },
  git: {
    sees: (event) => event.kind === 'repository.observed' || event.kind === 'change.observed',
    missedBy: ['repository.after-missing', 'repository.unread', 'recording.gap'],
  },
  sandbox: { sees: (event) => seenBy(event, 'sandbox'), missedBy: ['recording.gap'] },
}

function channelsOf(events: readonly RecordedEvent[], gaps: readonly Gap[]): Coverage['channels'] {
  const entries = CHANNELS.map((channel): [Channel, ChannelCoverage] => {
    const { sees, missedBy } = CHANNEL_RULES[channel]
    const missed = gaps.some((gap) => missedBy.includes(gap.code))
    return [channel, channelCoverage(events.filter(sees), missed)]
  })
  return Object.fromEntries(entries) as Record<Channel, ChannelCoverage>
}

function channelCoverage(seen: readonly RecordedEvent[], missed: boolean): ChannelCoverage {
  const [firstSeq, lastSeq] = [seen[0]?.seq, seen.at(-1)?.seq]
  if (firstSeq === undefined || lastSeq === undefined) return { state: 'absent', events: 0 }
  return { state: missed ? 'partial' : 'observed', events: seen.length, firstSeq, lastSeq }
}

function toolCallsOf(events: readonly RecordedEvent[]): ToolCallCoverage {
  const calls = events.filter((event) => event.kind === 'tool.called')
  const by = (channel: Channel) => calls.filter((event) => seenBy(event, channel)).length
  return {
    total: calls.length,
    returned: calls.length - unmatched(events, 'toolCall', TOOL_ANSWERS),
    seenBy: { gateway: by('gateway'), hooks: by('hooks'), mcp: by('mcp') },
  }
}

function filesOf(events: readonly RecordedEvent[]): Coverage['files'] {
  const changes = events.filter((event) => event.kind === 'change.observed')
  const changed = sum(changes.map((event) => integerAt(event.data, 'files') ?? 0))
  const unexplained = changes.map((event) => integerAt(event.data, 'unexplained'))
  const examined = unexplained.filter((value) => value !== undefined)
  return examined.length < changes.length || changes.length === 0
    ? { changed }
    : { changed, unexplained: sum(examined) }
}

function seenBy(event: RecordedEvent, channel: Channel): boolean {
  return stringsAt(event.data, 'channels').includes(channel)
}

function count(events: readonly RecordedEvent[], kind: string): number {
  return events.filter((event) => event.kind === kind).length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
