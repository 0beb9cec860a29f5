import type { EventData } from '../../recording/record/index.ts'
import type { Observation } from '../../recording/runs/index.ts'
import type { Call, GatewayDeps } from './call.ts'
import type { ResponseFacts } from './wire/index.ts'

/** How an answer ended: whole, left by its client, never begun, or broken off by the vendor. */
export type AnswerOutcome = 'completed' | 'client-gone' | 'upstream-failed' | 'cut'

export interface Answer {
  readonly outcome: AnswerOutcome
  readonly errorCode?: string
  readonly status: number
  readonly facts: ResponseFacts | undefined
  readonly contentType: string
  /** As the vendor named it; an encoded body is kept as it came. */
  readonly contentEncoding: string | undefined
  readonly body: Buffer
  /** Bytes that arrived; more than `body` has when the answer was too large to keep. */
  readonly bytes: number
  readonly latencyMs: number
  readonly firstByteMs: number | undefined
}

/** Makes the answer and the tool calls in it durable. False when that failed: then the answer's end stays here. */
export async function recordAnswer(call: Call, deps: GatewayDeps, answer: Answer): Promise<boolean> {
  const { run } = call
  if (run === undefined) throw new Error('answered before it was identified')
  try {
    await deps.runs.record(run, [responded(call, deps, answer), ...calledTools(call, answer.facts)])
    return true
  } catch (error) {
    deps.report(call.id, error)
    return false
  }
}

function responded(call: Call, deps: GatewayDeps, answer: Answer): Observation {
  const { outcome, errorCode, status, contentEncoding, body, bytes, latencyMs, firstByteMs } = answer
  const data: EventData = {
    call: call.id,
    outcome,
    status,
    bytes,
    latencyMs,
    ...defined({ errorCode, firstByteMs, contentEncoding: matching(ENCODING, contentEncoding) }),
    ...(body.byteLength < bytes ? { keptBytes: body.byteLength } : {}),
    ...usageData(call, deps, answer),
  }
  const mediaType = answer.contentType.split(';')[0]?.trim()
  const type = matching(MEDIA_TYPE, mediaType) ?? 'application/octet-stream'
  return {
    kind: 'model.responded',
    actor: 'system',
    data,
    bodies: body.byteLength === 0 ? {} : { response: { type, body } },
  }
}

const MEDIA_TYPE = /^[\w.+-]{1,50}\/[\w.+-]{1,50}$/
const ENCODING = /^[a-z]{1,20}$/

/** A vendor's header if it has the form it should have; prose stays out of the ledger. */
function matching(form: RegExp, header: string | undefined): string | undefined {
  return header !== undefined && form.test(header) ? header : undefined
}

function usageData(call: Call, { prices }: GatewayDeps, { facts, status }: Answer): EventData {
  if (facts === undefined) return { usage: 'missing' }
  const { model, responseId, finishReason, usage, tokens, errorInStream, malformed } = facts
  const named = defined({
    model,
    responseId,
    finishReason,
    errorInStream,
    ...(malformed ? { malformed } : {}),
  })
  // A count of tokens and an error cost nothing, so there is no usage to miss.
  if (usage === 'missing' && (call.endpoint.kind !== 'model-call' || status >= 400))
    return { ...named, usage: 'none' }
  if (usage === 'missing') return { ...named, usage }
  const price = prices.costNanoUsd({
    vendor: call.endpoint.vendor,
    model: model ?? call.facts?.model ?? '',
    ...tokens,
    cacheWrite1hTokens: tokens.cacheWriteHourTokens,
  })
  const cost = price.known ? { costNanoUsd: price.nanoUsd, priceSource: price.source } : {}
  return { ...named, usage, ...tokens, ...cost }
}

function calledTools(call: Call, facts: ResponseFacts | undefined): Observation[] {
  const { run } = call
  if (run === undefined || facts === undefined) return []
  return facts.toolCalls.map(({ id, name, arguments: argumentsText }) => ({
    kind: 'tool.called',
    actor: run.agent,
    data: { call: call.id, toolCall: id, tool: name, channels: ['gateway'] },
    bodies: { arguments: { type: 'application/json', body: Buffer.from(argumentsText) } },
  }))
}

function defined(
  fields: Record<string, string | number | boolean | undefined>,
): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value
  return kept
}
