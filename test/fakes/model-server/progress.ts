import type { ToolResult } from './conversation.ts'

export interface Progress {
  /** Tool steps that are over, well or badly. */
  readonly done: number
  /** The step whose call the client has just refused, if it was not a second try. */
  readonly refused?: number
}

/**
 * How far a script has come, from the tool results in the history. The call ids say it (`step3_…`, and `step3again_…`
 * for a second try); where a client returns no ids, the results are counted.
 */
export function progressOf(results: readonly ToolResult[]): Progress {
  const last = results.map(stepOf).reduce(later, COUNT_FROM)
  if (last.failed && !last.again) return { done: last.index + 1, refused: last.index }
  return { done: last.index + 1 }
}

interface PlayedStep {
  readonly index: number
  readonly again: boolean
  readonly failed: boolean
}

const COUNT_FROM: PlayedStep = { index: -1, again: false, failed: false }

function stepOf({ callId, failed }: ToolResult): PlayedStep | undefined {
  const [, index, again] = /step(\d+)(again)?_/.exec(callId ?? '') ?? []
  return index === undefined ? undefined : { index: Number(index), again: again !== undefined, failed }
}

/** A result without an id is the step after the one before it. */
function later(last: PlayedStep, step: PlayedStep | undefined): PlayedStep {
  if (step === undefined) return { index: last.index + 1, again: false, failed: false }
  return step.index < last.index ? last : step
}
