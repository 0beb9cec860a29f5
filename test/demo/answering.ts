import { readFileSync, writeFileSync } from 'node:fs'
import { parseDocument } from 'yaml'

import type { Recipe } from '../agents/recipes.ts'
import { type Script, startModelServer } from '../fakes/model-server/index.ts'

/** Who answers the agent. */
export interface Answering {
  readonly by: 'vendor' | 'script'
  /** One sentence for a person. */
  readonly announcement: string
  /** What to try when the demo fails; may be empty. */
  readonly remedy: string
  /** What the environment of `custody serve` holds besides; the agent's does not. */
  readonly secrets: Readonly<Record<string, string>>
  /** Gets ready to answer; a scripted model plays `script`, and custody.yaml (`configuration`) learns where it is. */
  start(configuration: string, script: Script): Promise<void>
  close(): Promise<void>
}

const KEYS = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY', gemini: 'GEMINI_API_KEY' } as const

/** The real vendor where the environment has its key, otherwise a scripted model server. */
export function whoAnswers(recipe: Recipe): Answering {
  const name = KEYS[recipe.vendor]
  const key = process.env[name] ?? ''
  return key === '' ? scripted(recipe) : real(recipe, name, key)
}

function real({ model, title }: Recipe, name: string, key: string): Answering {
  return {
    by: 'vendor',
    announcement: `${name} is set, so the vendor's real ${model} answers ${title}, and bills you for it.`,
    remedy: `Is the vendor reachable, and the key good? Without ${name} a scripted model answers instead.`,
    secrets: { [name]: key },
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

const SCRIPT_KEY = 'scripted-model'

function scripted({ title, vendor: vendorName }: Recipe): Answering {
  let close = () => Promise.resolve()
  return {
    by: 'script',
    announcement: `${KEYS[vendorName]} is not set, so a scripted model answers in the vendor's place; ${title}, git and Custody are real.`,
    remedy: '',
    secrets: { DEMO_MODEL_KEY: SCRIPT_KEY },
    start: async (configuration, script) => {
      const server = await startModelServer({ script, apiKey: SCRIPT_KEY })
      close = server.close
      pointAt(configuration, vendorName, server.url)
    },
    close: () => close(),
  }
}

function pointAt(file: string, vendorName: Recipe['vendor'], url: string): void {
  const configuration = parseDocument(readFileSync(file, 'utf8'))
  configuration.setIn(['gateway', 'upstreams', vendorName, 'url'], url)
  configuration.setIn(['gateway', 'upstreams', vendorName, 'key'], 'env:DEMO_MODEL_KEY')
  writeFileSync(file, configuration.toString())
}
