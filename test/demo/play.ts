import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { installedAgent } from '../agents/install.ts'
import type { Recipe } from '../agents/recipes.ts'
import type { Answering } from './answering.ts'
import type { Custody } from './custody.ts'
import { chooseUpdate, type DependencyUpdate } from './dependency-update.ts'
import { flipByte } from './flip-byte.ts'
import { committedManifest, type MadeRepository, makeRepository, setBack } from './repository.ts'
import type { Scene } from './scene.ts'
import type { Stage } from './stage.ts'

export interface Cast {
  /** The checkout the demo is started from. */
  readonly source: string
  readonly recipe: Recipe
  readonly answering: Answering
  readonly custody: Custody
  readonly scene: Scene
  readonly stage: Stage
}

/** What the demo found out, each of it checked. */
export interface Played {
  readonly run: string
  readonly commits: readonly string[]
  /** The checks that the flipped byte made fail. */
  readonly failedChecks: readonly string[]
}

/** Plays the demo from an empty folder to a bundle that was tampered with. Rejects at the first step that is not as it should be. */
export async function play(cast: Cast): Promise<Played> {
  const { answering, custody, scene, stage } = cast
  const agent = await stage.step('the agent', () => installedAgent(cast.recipe), describeAgent(cast))
  const vkey = await stage.step(
    'custody init',
    () => initialise(custody),
    () => 'a ledger, its keys, and Ada as its first person',
  )
  const update = await prepareRepository(cast)
  await answering.start(join(scene.data, 'custody.yaml'), update)
  const server = await stage.step(
    'custody serve',
    () => custody.serve(['serve', '--listen', '127.0.0.1:0'], answering.secrets),
    ({ url }) => `API and gateway on ${url}`,
  )
  const { run, commits } = await stage.step(
    'custody run',
    () => runAgent(cast, agent, update),
    (done) =>
      `${cast.recipe.title} did its task: ${count(done.modelCalls, 'model call')}, ${count(done.toolCalls, 'tool call')}, ${count(done.commits.length, 'commit')}`,
  )
  await tellStory(cast, run)
  await stage.step(
    'custody evidence',
    () => custody.expect(0, ['evidence', run, '--out', scene.bundle, '--json']),
    ({ stdout }) => `the run as one file, ${kilobytes(stdout)}`,
  )
  await server.stop()
  await verify(cast, vkey)
  return { run, commits, failedChecks: await tamper(cast, vkey) }
}

function describeAgent({ recipe }: Cast): () => string {
  return () => `${recipe.title} ${recipe.version}, as its makers published it`
}

async function initialise(custody: Custody): Promise<string> {
  const { stdout } = await custody.expect(0, ['init', '--person', 'Ada Example <ada@example.test>', '--json'])
  return (JSON.parse(stdout) as { vkey: string }).vkey
}

async function prepareRepository({ source, scene, stage }: Cast): Promise<DependencyUpdate> {
  const { update } = await stage.step(
    'git clone',
    () => Promise.resolve(repositoryToUpdate(source, scene)),
    ({ made, update: { name, earlier, current } }) =>
      `${made.isClone ? `this project, ${count(made.commits, 'commit')}` : 'a repository of this project’s files'}; ${name} set back from ${current} to ${earlier}`,
  )
  return update
}

function repositoryToUpdate(
  source: string,
  scene: Scene,
): { made: MadeRepository; update: DependencyUpdate } {
  const made = makeRepository(source, scene.repository, scene.environment)
  const update = chooseUpdate(committedManifest(scene.repository, scene.environment))
  setBack(scene.repository, update, scene.environment)
  return { made, update }
}

interface PrintedRun {
  readonly run: string
  readonly status: string
  readonly modelCalls: number
  readonly toolCalls: number
  readonly changes: readonly { readonly commits: readonly string[] }[]
}

async function runAgent(
  { custody, recipe, scene }: Cast,
  agent: readonly string[],
  update: DependencyUpdate,
): Promise<PrintedRun & { readonly commits: readonly string[] }> {
  const { stdout } = await custody.expect(0, [
    ...['run', '--json', '--workflow', 'code-change', '--task', update.task],
    ...['--repo', scene.repository, '--agent', recipe.kind, '--', ...agent, ...recipe.arguments(update.task)],
  ])
  const printed = JSON.parse(stdout) as PrintedRun
  const commits = printed.changes.flatMap((change) => change.commits)
  if (printed.status !== 'closed') throw new Error(`the run is ${printed.status}, not closed`)
  if (commits.length === 0) throw new Error(`${recipe.title} made no commit`)
  if (!committedManifest(scene.repository, scene.environment).includes(update.newText)) {
    throw new Error(`${recipe.title} committed something else than ${update.name} ${update.current}`)
  }
  return { ...printed, commits }
}

async function tellStory({ custody, stage }: Cast, run: string): Promise<void> {
  const { exitCode, stdout, stderr } = await custody.call(['show', run])
  if (exitCode !== 0) throw new Error(`custody show: ${stderr.trim()}`)
  stage.quote(stdout)
}

async function verify({ custody, scene, stage }: Cast, vkey: string): Promise<void> {
  const { stdout } = await stage.step(
    'custody verify',
    () => verified(custody, scene, vkey),
    () => 'the file alone, with the server stopped',
  )
  stage.quote(stdout)
}

async function verified(custody: Custody, { bundle }: Scene, vkey: string) {
  const ended = await custody.call(['verify', bundle, '--key', vkey])
  if (ended.exitCode === 0) return ended
  throw new Error(`the bundle does not verify\n${ended.stdout}${ended.stderr}`)
}

interface Report {
  readonly checks: Readonly<Record<string, { readonly status: string; readonly detail: string }>>
}

async function tamper({ custody, scene, stage }: Cast, vkey: string): Promise<readonly string[]> {
  const flip = flipByte(scene.bundle, scene.tamperedBundle)
  const failed = await stage.step(
    'one byte flipped',
    async () =>
      failedChecks(
        (await custody.expect(6, ['verify', scene.tamperedBundle, '--key', vkey, '--json'])).stdout,
      ),
    () =>
      `byte ${flip.position}: an answer of ${flip.before} tokens now claims ${flip.after}; custody verify refuses it (exit code 6)`,
  )
  stage.quote(
    failed
      .map(([name, { detail }]) => `${name.padEnd(13)} ${stage.colours.red('failed')}  ${detail}`)
      .join('\n'),
  )
  return failed.map(([name]) => name)
}

function failedChecks(stdout: string) {
  const { checks } = JSON.parse(stdout) as Report
  const failed = Object.entries(checks).filter(([, { status }]) => status === 'failed')
  if (failed.length > 0) return failed
  throw new Error('verification failed without a failed check')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function kilobytes(stdout: string): string {
  const { bytes } = JSON.parse(stdout) as { bytes: number }
  return `${Math.round(bytes / 1000)} kB`
}
