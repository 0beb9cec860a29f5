import { join } from 'node:path'

import { installedAgent } from '../agents/install.ts'
import type { Recipe } from '../agents/recipes.ts'
import type { Answering } from './answering.ts'
import type { Custody } from './custody.ts'
import { chooseUpdate, type DependencyUpdate } from './dependency-update.ts'
import { flipByte } from './flip-byte.ts'
import { acceptBundle, type FailedCheck, refuseBundle } from './judge-bundle.ts'
import { committedFile, type MadeRepository, makeRepository, setBack } from './repository.ts'
import { commitsOf, type PrintedRun, runAgent } from './run-agent.ts'
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

/** Plays the demo, from an empty folder to a bundle with one byte flipped. Rejects at the first step that is not as it should be. */
export async function play(cast: Cast): Promise<Played> {
  const { answering, custody, scene, stage } = cast
  const program = await stage.step(
    'the agent',
    () => installedAgent(cast.recipe),
    () => `${cast.recipe.title} ${cast.recipe.version}, as its makers published it`,
  )
  const vkey = await stage.step(
    'custody init',
    () => initialise(custody),
    () => 'a ledger, its keys, and Ada as its first person',
  )
  const { update } = await stage.step('git clone', () => repositoryToUpdate(cast), describeRepository)
  await answering.start(join(scene.data, 'custody.yaml'), update.script)
  const server = await stage.step(
    'custody serve',
    () => custody.serve(['serve', '--listen', '127.0.0.1:0'], answering.secrets),
    ({ url }) => `API and gateway on ${url}`,
  )
  const printed = await stage.step(
    'custody run',
    () => runAgent(custody, scene, { recipe: cast.recipe, program, update }),
    (done) => `${cast.recipe.title} did its task: ${figures(done)}`,
  )
  await tellStory(cast, printed.run)
  await stage.step(
    'custody evidence',
    () => custody.expect(0, ['evidence', printed.run, '--out', scene.bundle, '--json']),
    ({ stdout }) => `the run as one file, ${kilobytes(stdout)}`,
  )
  await server.stop()
  const failed = await judge(cast, vkey)
  return { run: printed.run, commits: commitsOf(printed), failedChecks: failed.map(({ name }) => name) }
}

async function initialise(custody: Custody): Promise<string> {
  const { stdout } = await custody.expect(0, ['init', '--person', 'Ada Example <ada@example.test>', '--json'])
  return (JSON.parse(stdout) as { vkey: string }).vkey
}

interface Prepared {
  readonly made: MadeRepository
  readonly update: DependencyUpdate
}

async function repositoryToUpdate({ source, scene }: Cast): Promise<Prepared> {
  const made = makeRepository(source, scene.repository, scene.environment)
  const read = (path: string) => committedFile(scene.repository, path, scene.environment)
  const update = chooseUpdate({ manifest: read('package.json'), changelog: read('CHANGELOG.md') })
  setBack(scene.repository, update, scene.environment)
  return { made, update }
}

function describeRepository({ made, update }: Prepared): string {
  const what = made.isClone
    ? `this project, ${count(made.commits, 'commit')}`
    : 'made of this project’s files'
  return `${what}; ${update.name} set back from ${update.current} to ${update.earlier}`
}

async function tellStory({ custody, stage }: Cast, run: string): Promise<void> {
  const { exitCode, stdout, stderr } = await custody.call(['show', run])
  if (exitCode !== 0) throw new Error(`custody show: ${stderr.trim()}`)
  stage.quote(stdout)
}

async function judge({ custody, scene, stage }: Cast, vkey: string): Promise<readonly FailedCheck[]> {
  const report = await stage.step(
    'custody verify',
    () => acceptBundle(custody, scene.bundle, vkey),
    () => 'the file alone, with the server stopped',
  )
  stage.quote(report)
  const { position, before, after } = flipByte(scene.bundle, scene.tamperedBundle)
  const failed = await stage.step(
    'one byte flipped',
    () => refuseBundle(custody, scene.tamperedBundle, vkey),
    () => `byte ${position}: an answer of ${before} tokens now claims ${after}; custody verify refuses it`,
  )
  const word = stage.colours.red('failed')
  stage.quote(failed.map(({ name, detail }) => `${name.padEnd(13)} ${word}  ${detail}`).join('\n'))
  return failed
}

function figures(done: PrintedRun): string {
  const commits = count(commitsOf(done).length, 'commit')
  return `${count(done.modelCalls, 'model call')}, ${count(done.toolCalls, 'tool call')}, ${commits}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function kilobytes(stdout: string): string {
  const { bytes } = JSON.parse(stdout) as { bytes: number }
  return `${Math.round(bytes / 1000)} kB`
}
