import { fileURLToPath } from 'node:url'

import { RECIPES } from '../agents/recipes.ts'
import { whoAnswers } from './answering.ts'
import { Children } from './children.ts'
import { custodyIn } from './custody.ts'
import { nextSteps } from './next-steps.ts'
import type { DemoOptions } from './options.ts'
import { type Cast, type Played, play } from './play.ts'
import { createScene } from './scene.ts'
import { openStage } from './stage.ts'

const SOURCE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Plays the demo, tells it, and leaves nothing behind. Returns the exit code: 0 only when everything was as it should be. */
export async function perform({ agent, json, keep }: DemoOptions): Promise<number> {
  const stage = openStage(json)
  const recipe = RECIPES[agent]
  const answering = whoAnswers(recipe)
  stage.tell(`${answering.announcement}\n`)
  const scene = createScene(SOURCE)
  const children = new Children()
  const custody = custodyIn(scene, children, stage.isColoured)
  const startedMs = performance.now()
  const ending = await playToTheEnd({ source: SOURCE, recipe, answering, custody, scene, stage }, children)
  if (!keep) scene.remove()
  const seconds = Math.round(performance.now() - startedMs) / 1000
  const kept = keep ? { kept: scene.root } : {}
  if (json) {
    const cast = { agent, answeredBy: answering.by }
    console.log(JSON.stringify({ ...cast, ...ending, ...kept, seconds, steps: stage.times }))
  } else if (ending.ok) stage.tell(nextSteps({ seconds, source: SOURCE, ...kept }))
  else console.error(`The demo did not succeed. ${ending.problem}${keep ? `\nIt is in ${scene.root}` : ''}`)
  return EXIT_CODES[ending.ok ? 'good' : ending.interrupted ? 'interrupted' : 'failed']
}

const EXIT_CODES = { good: 0, failed: 1, interrupted: 130 }

type Ending =
  | ({ readonly ok: true } & Played)
  | { readonly ok: false; readonly interrupted: boolean; readonly problem: string }

/** Plays until the end, the first problem or Ctrl-C, and then ends every process that is left. */
async function playToTheEnd(cast: Cast, children: Children): Promise<Ending> {
  let interrupted = false
  const interrupt = () => {
    interrupted = true
    void children.close()
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  // Nobody reads on: `npm run demo | head`.
  process.stdout.on('error', interrupt)
  try {
    return { ok: true, ...(await play(cast)) }
  } catch (error) {
    return { ok: false, interrupted, problem: interrupted ? 'It was interrupted.' : problemOf(error, cast) }
  } finally {
    await Promise.all([children.close(), cast.answering.close()])
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}

function problemOf(error: unknown, { answering, custody }: Cast): string {
  const said = error instanceof Error ? error.message : String(error)
  return [said.trim(), custody.serverLog().trim(), answering.remedy].filter((text) => text !== '').join('\n')
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
