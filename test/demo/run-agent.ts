import type { Recipe } from '../agents/recipes.ts'
import type { Custody } from './custody.ts'
import type { DependencyUpdate } from './dependency-update.ts'
import { committedFile } from './repository.ts'
import type { Scene } from './scene.ts'

/** What `custody run --json` prints, as far as the demo reads it. */
export interface PrintedRun {
  readonly run: string
  readonly status: string
  readonly modelCalls: number
  readonly toolCalls: number
  readonly changes: readonly { readonly commits: readonly string[] }[]
}

export interface AgentRun {
  readonly recipe: Recipe
  /** The command that starts the agent, up to its arguments. */
  readonly program: readonly string[]
  readonly update: DependencyUpdate
}

/** Gives the agent its task through `custody run`. Rejects unless the run closed well and the update is committed. */
export async function runAgent(
  custody: Custody,
  { repository, environment }: Scene,
  { recipe, program, update }: AgentRun,
): Promise<PrintedRun> {
  const { stdout } = await custody.expect(0, [
    ...['run', '--json', '--workflow', 'code-change', '--task', update.task],
    ...['--repo', repository, '--agent', recipe.kind, '--', ...program, ...recipe.arguments(update.task)],
  ])
  const printed = JSON.parse(stdout) as PrintedRun
  if (printed.status !== 'closed') throw new Error(`the run is ${printed.status}, not closed`)
  if (commitsOf(printed).length === 0) throw new Error(`${recipe.title} made no commit`)
  if (!committedFile(repository, 'package.json', environment).includes(update.after)) {
    throw new Error(`${recipe.title} committed something else than ${update.name} ${update.current}`)
  }
  return printed
}

export function commitsOf({ changes }: PrintedRun): readonly string[] {
  return changes.flatMap(({ commits }) => commits)
}
