/**
 * The agents matrix: `npm run test:agents [-- claude-code gemini …]` runs real coding agents through the product, with
 * a scripted model in the vendors' place. `--direct` leaves the product out, to tell an agent's fault from ours.
 */
import { isDeepStrictEqual } from 'node:util'

import { agentVersion } from '../../src/running/agents/index.ts'
import { type Check, checksOf } from './checks.ts'
import { installedAgent } from './install.ts'
import { type NamedAgent, RECIPES, type Recipe } from './recipes.ts'
import { runDirectly } from './run-directly.ts'
import { runRecorded } from './run-recorded.ts'
import { createScratch, git, type Scratch } from './scratch.ts'

const words = process.argv.slice(2)
const isDirect = words.includes('--direct')
const named = words.filter((word) => !word.startsWith('--'))
const unknown = named.filter((name) => !Object.hasOwn(RECIPES, name))

let passed = 0
let failed = 0
if (unknown.length > 0) {
  console.log(`Unknown: ${unknown.join(', ')}. The agents are ${Object.keys(RECIPES).join(', ')}.`)
  failed += unknown.length
} else {
  for (const recipe of Object.values(RECIPES).filter(({ kind }) => isAsked(kind))) await tryAgent(recipe)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function isAsked(kind: NamedAgent): boolean {
  return named.length === 0 || named.includes(kind)
}

async function tryAgent(recipe: Recipe): Promise<void> {
  const startedMs = performance.now()
  let scratch: Scratch | undefined
  try {
    const program = await installedAgent(recipe)
    scratch = createScratch(recipe)
    const place = { environment: scratch.environment, workDir: scratch.repository }
    const { version } = await agentVersion({ command: program, ...place })
    console.log(`\n${recipe.title} ${version ?? 'of an unknown version'}`)
    const checks = isDirect
      ? await direct(recipe, program, scratch)
      : await recorded(recipe, program, scratch)
    for (const check of checks) report(check)
  } catch (error) {
    failed += 1
    console.log(`  FAILED  ${recipe.title}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    scratch?.remove()
    console.log(`  ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
  }
}

async function recorded(
  recipe: Recipe,
  program: readonly string[],
  scratch: Scratch,
): Promise<readonly Check[]> {
  return checksOf(await runRecorded(recipe, program, scratch), scratch.repository)
}

async function direct(
  recipe: Recipe,
  program: readonly string[],
  scratch: Scratch,
): Promise<readonly Check[]> {
  const run = await runDirectly(recipe, program, scratch)
  const subject = git(scratch.repository, 'log', '-1', '--format=%s')
  return [
    { name: 'the agent ended well', expected: 0, found: run.exitCode },
    { name: 'the commit is made', expected: 'Update left-pad to 1.3.0', found: subject },
    {
      name: 'the token was accepted',
      expected: true,
      found: run.served.every(({ status }) => status === 200),
    },
  ]
}

function report({ name, expected, found }: Check): void {
  const ok = isDeepStrictEqual(expected, found)
  if (ok) passed += 1
  else failed += 1
  console.log(
    ok ? `  ok      ${name}` : `  FAILED  ${name}: expected ${show(expected)}, found ${show(found)}`,
  )
}

function show(value: unknown): string {
  return JSON.stringify(value)
}
