/** One logical step of a scripted model; what the client's tools are called does not matter here. */
export type Step = ToolStep | SayStep

export type ToolStep =
  | { readonly do: 'read'; readonly file: string }
  | { readonly do: 'edit'; readonly file: string; readonly oldText: string; readonly newText: string }
  | { readonly do: 'write'; readonly file: string; readonly content: string }
  | { readonly do: 'shell'; readonly command: string }
  | { readonly do: 'call'; readonly tool: string; readonly input: Readonly<Record<string, unknown>> }

export interface SayStep {
  readonly do: 'say'
  readonly text: string
}

/** What the scripted model does, in order. An empty script answers every request with a short text. */
export type Script = readonly Step[]

/** What the model says and does in answer to one request: a tool step, or words alone at the end. */
export interface Turn {
  readonly text: string
  readonly step?: ToolStep
}

/** The turn after `toolStepsDone` finished tool steps; behind the end of the script the last words are repeated. */
export function turnAfter(script: Script, toolStepsDone: number): Turn {
  const position = positionAfter(script, toolStepsDone)
  const rest = script.slice(position)
  const toolAt = rest.findIndex((step) => step.do !== 'say')
  const step = rest[toolAt]
  const text = saidIn(toolAt === -1 ? rest : rest.slice(0, toolAt))
  if (step === undefined || step.do === 'say') return { text: text || 'Done.' }
  return { text, step }
}

function positionAfter(script: Script, toolStepsDone: number): number {
  const toolPositions = script.flatMap((step, position) => (step.do === 'say' ? [] : [position]))
  if (toolStepsDone === 0) return 0
  const last = toolPositions[Math.min(toolStepsDone, toolPositions.length) - 1]
  return last === undefined ? 0 : last + 1
}

function saidIn(steps: readonly Step[]): string {
  return steps.flatMap((step) => (step.do === 'say' ? [step.text] : [])).join('\n\n')
}
