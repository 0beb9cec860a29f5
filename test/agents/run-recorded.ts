import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type Served, startModelServer } from '../fakes/model-server/index.ts'
import { type EvidenceBundle, readBundle } from './evidence-bundle.ts'
import type { Recipe } from './recipes.ts'
import { type ProgramRun, runProgram } from './run-program.ts'
import { SCRIPT, type Scratch, TASK } from './scratch.ts'

const CUSTODY = fileURLToPath(new URL('../../bin/custody', import.meta.url))
const VENDOR_KEY = 'key-that-only-the-server-has'

/** What `custody run --json` prints, as far as the matrix reads it. */
export interface PrintedRun {
  readonly run: string
  readonly status: string
  readonly changes: readonly { readonly commits: readonly string[] }[]
}

export interface RecordedRun {
  readonly agent: ProgramRun
  readonly printed: PrintedRun
  readonly bundle: EvidenceBundle
  readonly verification: ProgramRun
  readonly served: readonly Served[]
}

/** Runs an agent through the product, with the scripted model in the vendors' place, and reads back what it recorded. */
export async function runRecorded(
  recipe: Recipe,
  program: readonly string[],
  scratch: Scratch,
): Promise<RecordedRun> {
  const server = await startModelServer({ script: SCRIPT, apiKey: VENDOR_KEY })
  try {
    const data = join(scratch.root, 'custody')
    await succeeded(custody(scratch, 'init', '--data', data, '--person', 'Ada Example <ada@example.test>'))
    writeFileSync(join(data, 'custody.yaml'), configuration(server.url))
    const agent = await custody(
      scratch,
      ...['run', '--json', '--data', data, '--workflow', 'code-change', '--task', TASK],
      ...['--agent', recipe.kind, '--', ...program, ...recipe.arguments(TASK)],
    )
    const printed = printedRun(agent)
    const file = join(scratch.root, 'run.zip')
    await succeeded(custody(scratch, 'evidence', printed.run, '--data', data, '--out', file))
    const verification = await custody(scratch, 'verify', file)
    return { agent, printed, bundle: readBundle(file), verification, served: server.served }
  } finally {
    await server.close()
  }
}

function custody(scratch: Scratch, ...words: readonly string[]): Promise<ProgramRun> {
  const environment = { ...scratch.environment, MATRIX_VENDOR_KEY: VENDOR_KEY }
  return runProgram([CUSTODY, ...words], { cwd: scratch.repository, environment })
}

async function succeeded(running: Promise<ProgramRun>): Promise<void> {
  const { exitCode, stderr } = await running
  if (exitCode !== 0) throw new Error(`custody ended with ${exitCode}: ${stderr.slice(-2000)}`)
}

function configuration(modelServerUrl: string): string {
  const upstreams = ['anthropic', 'openai', 'gemini'].map(
    (vendor) => `    ${vendor}: { url: ${modelServerUrl}, key: env:MATRIX_VENDOR_KEY }\n`,
  )
  return `listen: 127.0.0.1:0\ngateway:\n  upstreams:\n${upstreams.join('')}`
}

function printedRun({ stdout, stderr, exitCode }: ProgramRun): PrintedRun {
  try {
    return JSON.parse(stdout) as PrintedRun
  } catch (cause) {
    throw new Error(`custody run ended with ${exitCode} and printed no run: ${stderr.slice(-2000)}`, {
      cause,
    })
  }
}
