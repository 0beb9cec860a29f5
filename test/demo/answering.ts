import { readFileSync, writeFileSync } from 'node:fs'
import { parseDocument } from 'yaml'

import type { Recipe } from '../agents/recipes.ts'
import { dependencyUpdate, startModelServer } from '../fakes/model-server/index.ts'
import type { DependencyUpdate } from './dependency-update.ts'

/** Who answers the agent, and what `custody serve` needs to reach them. */
export interface Answering {
  readonly by: 'vendor' | 'script'
  /** One sentence for a person. */
  readonly announcement: string
  /** What the server's environment holds besides; the agent's does not. */
  readonly secrets: Readonly<Record<string, string>>
  /** Changes custody.yaml where the vendor is not at its own address. */
  configure(file: string): void
  close(): Promise<void>
}

const KEYS = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY', gemini: 'GEMINI_API_KEY' } as const

/** The real vendor where the environment has its key, otherwise a scripted model server. */
export async function whoAnswers(recipe: Recipe, update: DependencyUpdate): Promise<Answering> {
  const name = KEYS[recipe.vendor]
  const key = process.env[name]
  return key === undefined || key === '' ? script(recipe, update) : vendor(recipe, key)
}

function vendor(recipe: Recipe, key: string): Answering {
  const name = KEYS[recipe.vendor]
  return {
    by: 'vendor',
    announcement: `${name} is set, so the vendor's real ${recipe.model} answers ${recipe.title}, and bills you for it.`,
    secrets: { [name]: key },
    configure: () => undefined,
    close: () => Promise.resolve(),
  }
}

const SCRIPT_KEY = 'scripted-model'

async function script(recipe: Recipe, update: DependencyUpdate): Promise<Answering> {
  const { oldText, newText, commitMessage, checkCommand } = update
  const steps = dependencyUpdate({ oldText, newText, commitMessage, checkCommand })
  const server = await startModelServer({ script: steps, apiKey: SCRIPT_KEY })
  return {
    by: 'script',
    announcement: `No ${KEYS[recipe.vendor]} is set, so a scripted model answers in the vendor's place; ${recipe.title}, git and Custody are real.`,
    secrets: { DEMO_MODEL_KEY: SCRIPT_KEY },
    configure: (file) => pointAt(file, recipe.vendor, server.url),
    close: () => server.close(),
  }
}

function pointAt(file: string, vendorName: Recipe['vendor'], url: string): void {
  const configuration = parseDocument(readFileSync(file, 'utf8'))
  configuration.setIn(['gateway', 'upstreams', vendorName, 'url'], url)
  configuration.setIn(['gateway', 'upstreams', vendorName, 'key'], 'env:DEMO_MODEL_KEY')
  writeFileSync(file, configuration.toString())
}
