import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { adapterFor, placeFiles } from '../../src/running/agents/index.ts'
import { type Served, startModelServer } from '../fakes/model-server/index.ts'
import type { Recipe } from './recipes.ts'
import { type ProgramRun, runProgram } from './run-program.ts'
import { SCRIPT, type Scratch, TASK } from './scratch.ts'

const TOKEN = 'run-token-of-the-matrix'

export interface DirectRun extends ProgramRun {
  readonly served: readonly Served[]
}

/** Runs an agent with its adapter's environment against the model server itself: no product between the two. */
export async function runDirectly(
  recipe: Recipe,
  program: readonly string[],
  scratch: Scratch,
): Promise<DirectRun> {
  const server = await startModelServer({ script: SCRIPT, prefix: '/gateway', apiKey: TOKEN })
  try {
    const scratchDir = join(scratch.root, 'run')
    mkdirSync(scratchDir)
    const command = [...program, ...recipe.arguments(TASK)]
    const prepared = adapterFor(recipe.kind, command).prepare({
      command,
      run: 'run_direct',
      gatewayUrl: server.url,
      token: TOKEN,
      scratchDir,
      environment: scratch.environment,
    })
    placeFiles(prepared.files)
    const place = { cwd: scratch.repository, environment: prepared.environment }
    return { ...(await runProgram(prepared.command, place)), served: server.served }
  } finally {
    await server.close()
  }
}
