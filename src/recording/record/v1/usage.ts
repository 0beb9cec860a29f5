import { booleanAt, integerAt, stringAt } from '../fields.ts'
import type { EventData, RecordedEvent } from './event.ts'
import { answeredCalls } from './model-calls.ts'

const COUNTERS = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costNanoUsd',
] as const

/** What one model did for a run. Sums of what was reported; `unreported` and `unpriced` say what they leave out. */
export interface ModelUsage extends Readonly<Record<(typeof COUNTERS)[number], number>> {
  readonly protocol: string
  /** As the vendor named it in its answers. */
  readonly model: string
  readonly calls: number
  /** Calls whose answer came to its end. */
  readonly completed: number
  /** Calls whose token counts the vendor did not report. */
  readonly unreported: number
  /** Calls whose reported tokens have no known price. */
  readonly unpriced: number
}

/** How often a tool was called, and how many of its results were errors. */
export interface ToolUsage {
  readonly tool: string
  readonly calls: number
  readonly errors: number
}

/** Sums the answered model calls by protocol and model, in the order in which they first answered. */
export function modelUsage(events: readonly RecordedEvent[]): readonly ModelUsage[] {
  const groups = new Map<string, RecordedEvent[]>()
  for (const { request, response } of answeredCalls(events)) {
    const protocol = stringAt(request?.data, 'protocol') ?? ''
    const model = stringAt(response.data, 'model') ?? stringAt(request?.data, 'model') ?? ''
    const key = JSON.stringify([protocol, model])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [response])
    else group.push(response)
  }
  return [...groups].map(([key, responses]) => {
    const [protocol, model] = JSON.parse(key) as [string, string]
    return { protocol, model, ...usageOf(responses) }
  })
}

function usageOf(responses: readonly RecordedEvent[]): Omit<ModelUsage, 'protocol' | 'model'> {
  const total = (name: string) => responses.reduce((sum, { data }) => sum + (integerAt(data, name) ?? 0), 0)
  const howMany = (test: (event: RecordedEvent) => boolean) => responses.filter(test).length
  return {
    calls: responses.length,
    completed: howMany(({ data }) => stringAt(data, 'outcome') === 'completed'),
    inputTokens: total('inputTokens'),
    outputTokens: total('outputTokens'),
    cacheReadTokens: total('cacheReadTokens'),
    cacheWriteTokens: total('cacheWriteTokens'),
    reasoningTokens: total('reasoningTokens'),
    costNanoUsd: total('costNanoUsd'),
    unreported: howMany(({ data }) => !isReported(data)),
    unpriced: howMany(({ data }) => isReported(data) && integerAt(data, 'costNanoUsd') === undefined),
  }
}

function isReported(data: EventData): boolean {
  return stringAt(data, 'usage') === 'reported'
}

/** Counts calls and errors by tool, in the order in which the tools were first called. */
export function toolUsage(events: readonly RecordedEvent[]): readonly ToolUsage[] {
  const returns = new Map(
    events
      .filter((event) => event.kind === 'tool.returned')
      .map((event) => [stringAt(event.data, 'toolCall') ?? '', event]),
  )
  const usage = new Map<string, { calls: number; errors: number }>()
  for (const { kind, data } of events) {
    if (kind !== 'tool.called') continue
    const tool = stringAt(data, 'tool') ?? ''
    const counts = usage.get(tool) ?? { calls: 0, errors: 0 }
    const result = returns.get(stringAt(data, 'toolCall') ?? '')
    counts.calls++
    if (booleanAt(result?.data, 'isError') === true) counts.errors++
    usage.set(tool, counts)
  }
  return [...usage].map(([tool, counts]) => ({ tool, ...counts }))
}
