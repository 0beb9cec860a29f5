import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Repository, RepositoryState } from '../../git/index.ts'
import { type Failure, isFailure } from '../../kernel/index.ts'
import { type AgentAdapter, type PreparedAgent, placeFiles } from '../agents/index.ts'
import { describeAgent } from './agent-configuration.ts'
import { type AgentEnd, type AgentStreams, startAgent } from './agent-process.ts'
import { sessionFailures } from './failures.ts'
import type { Interruptions } from './interruptions.ts'
import { observeAfter, observeBefore } from './observed-repositories.ts'
import { findProgram } from './program-file.ts'
import type { OpenedRun, RunRecorder } from './recorder.ts'

/** What is to be run, and where. */
export interface RunInput {
  readonly adapter: AgentAdapter
  /** Directories in git repositories; the agent starts in the first. */
  readonly repositories: readonly string[]
  /** The agent and its arguments. */
  readonly command: readonly string[]
  /** The user's environment; the adapter decides what of it the agent gets. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly streams: AgentStreams
}

/** An open run between its opening and its closing. */
export interface Conduct {
  readonly input: RunInput
  readonly recorder: Pick<RunRecorder<unknown>, 'observe'>
  readonly opened: OpenedRun
  readonly repositories: readonly Repository[]
  readonly scratchDir: string
  readonly interruptions: Interruptions
}

export type Ending = AgentEnd & {
  /** Why the agent did not even start. */
  readonly problem?: Failure
}

/** Observes the repositories, runs the agent to its end and observes again. */
export async function conductRun(conduct: Conduct): Promise<Ending> {
  const before = await recordBefore(conduct)
  const ending = await configureAndRun(conduct)
  await recordAfter(conduct, before)
  return ending
}

async function recordBefore(conduct: Conduct): Promise<readonly RepositoryState[]> {
  const states: RepositoryState[] = []
  for (const [index, repository] of conduct.repositories.entries()) {
    const { state, observation } = await observeBefore(repository, index)
    await conduct.recorder.observe(conduct.opened.run, observation)
    states.push(state)
  }
  return states
}

async function recordAfter(conduct: Conduct, before: readonly RepositoryState[]): Promise<void> {
  for (const [index, repository] of conduct.repositories.entries()) {
    const state = before[index]
    if (state === undefined) continue
    for (const observation of await observeAfter(repository, index, state)) {
      await conduct.recorder.observe(conduct.opened.run, observation)
    }
  }
}

async function configureAndRun(conduct: Conduct): Promise<Ending> {
  const { input, opened } = conduct
  const workDir = resolve(input.repositories[0] ?? '.')
  const prepared = await prepareAgent(conduct)
  const name = prepared.command[0] ?? ''
  const program = await findProgram(name, prepared.environment.PATH ?? '', workDir)
  await conduct.recorder.observe(
    opened.run,
    await describeAgent({
      ...prepared,
      kind: input.adapter.kind,
      program,
      workDir,
      userEnvironment: input.environment,
      token: opened.token,
    }),
  )
  if (program === undefined) return { exitCode: 127, problem: notFound(name) }
  return runAgent(conduct, { ...prepared, program, cwd: workDir })
}

async function prepareAgent({ input, opened, scratchDir }: Conduct): Promise<PreparedAgent> {
  const agentDir = join(scratchDir, 'agent')
  await mkdir(agentDir, { mode: 0o700 })
  const prepared = input.adapter.prepare({
    command: input.command,
    run: opened.run,
    gatewayUrl: opened.gatewayUrl,
    token: opened.token,
    scratchDir: agentDir,
    environment: input.environment,
  })
  placeFiles(prepared.files)
  return prepared
}

async function runAgent(
  { input, interruptions }: Conduct,
  start: PreparedAgent & { readonly program: string; readonly cwd: string },
): Promise<Ending> {
  if (interruptions.first !== undefined) return { exitCode: 130, problem: interrupted() }
  const agent = startAgent({ ...start, streams: input.streams })
  interruptions.passTo(agent.interrupt)
  try {
    return await agent.ended
  } catch (error) {
    if (isFailure(error, 'session.command-not-started')) return { exitCode: 126, problem: error }
    throw error
  } finally {
    interruptions.passTo(undefined)
  }
}

function notFound(name: string): Failure {
  return sessionFailures.create(
    'command-not-found',
    `The command ${JSON.stringify(name)} was not found; install the agent, or check the PATH and what stands behind "--".`,
  )
}

function interrupted(): Failure {
  return sessionFailures.create(
    'interrupted',
    'The run was interrupted before its agent started; start it again.',
  )
}
