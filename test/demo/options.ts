import { parseArgs } from 'node:util'

import { type NamedAgent, RECIPES } from '../agents/recipes.ts'

export interface DemoOptions {
  readonly agent: NamedAgent
  /** Print one JSON object instead of the story. */
  readonly json: boolean
  /** Leave the temporary folder in place. */
  readonly keep: boolean
}

/** What the command line asks for, or the sentence that says what is wrong with it. */
export function readOptions(argv: readonly string[]): DemoOptions | string {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS })
    const { agent, json, keep } = values
    return isNamedAgent(agent) ? { agent, json, keep } : `There is no agent "${agent}". ${USAGE}`
  } catch {
    return USAGE
  }
}

const OPTIONS = {
  agent: { type: 'string', default: 'gemini' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const

const USAGE = `Usage: npm run demo -- [--agent ${Object.keys(RECIPES).join('|')}] [--json] [--keep]`

function isNamedAgent(name: string): name is NamedAgent {
  return Object.hasOwn(RECIPES, name)
}
