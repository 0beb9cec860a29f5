import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Failure } from '../../kernel/index.ts'
import { type Conduct, conductRun, type Ending, type RunInput } from './conduct.ts'
import { startHeartbeat } from './heartbeat.ts'
import { Interruptions, type SubscribeToSignals } from './interruptions.ts'
import { openAll } from './observed-repositories.ts'
import type { RunRecorder } from './recorder.ts'

export interface SessionInput<Summary> extends RunInput {
  readonly recorder: RunRecorder<Summary>
  readonly task: Buffer
  readonly workflow: string
  readonly clock: Clock
  readonly signals: SubscribeToSignals
  readonly heartbeatMs?: number
}

export interface SessionOutcome<Summary> {
  readonly run: string
  readonly sponsor: string
  /** The agent's own; 128 + signal number when a signal ended it; 127 when it was not found. */
  readonly exitCode: number
  readonly signal?: NodeJS.Signals
  readonly summary: Summary
  /** Why the agent did not even start. */
  readonly problem?: Failure
}

const HEARTBEAT_MS = 5000

/**
 * One recorded run: opens it, observes the repositories, starts the agent, waits for its end, observes again and closes
 * the run. What must hold before anything is recorded (repositories) is checked first and throws `session.*`. Once the run
 * is open it is closed whatever happens; what could not be observed afterwards is recorded as a gap. Rejects when the
 * recorder does.
 */
export async function runSession<Summary>(input: SessionInput<Summary>): Promise<SessionOutcome<Summary>> {
  const scratchDir = await mkdtemp(join(tmpdir(), 'custody-run-'))
  const interruptions = new Interruptions(input.signals)
  try {
    const repositories = await openAll(input.repositories, await gitOptions(scratchDir, input))
    const opened = await input.recorder.open({
      workflow: input.workflow,
      task: input.task,
      agentKind: input.adapter.kind,
      repositories: repositories.length,
    })
    return await conductAndClose(input, {
      input,
      recorder: input.recorder,
      opened,
      repositories,
      scratchDir,
      interruptions,
    })
  } finally {
    interruptions.stop()
    await rm(scratchDir, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function gitOptions<Summary>(
  scratchDir: string,
  input: SessionInput<Summary>,
): Promise<{ readonly scratchDir: string; readonly searchPath?: string }> {
  const ours = join(scratchDir, 'git')
  await mkdir(ours)
  const searchPath = input.environment.PATH
  return { scratchDir: ours, ...(searchPath === undefined ? {} : { searchPath }) }
}

async function conductAndClose<Summary>(
  input: SessionInput<Summary>,
  conduct: Conduct,
): Promise<SessionOutcome<Summary>> {
  const { recorder, clock } = input
  const { opened } = conduct
  const startedAt = clock.monotonic()
  const durationMs = (): number => Math.round(clock.monotonic() - startedAt)
  const heartbeat = startHeartbeat(() => recorder.heartbeat(opened.run), input.heartbeatMs ?? HEARTBEAT_MS)
  try {
    const ending = await conductOrClose(conduct, () =>
      recorder.close(opened.run, { exitCode: 1, durationMs: durationMs() }),
    )
    const { exitCode, signal } = ending
    const closing = { exitCode, durationMs: durationMs(), ...(signal === undefined ? {} : { signal }) }
    const summary = await recorder.close(opened.run, closing)
    return { run: opened.run, sponsor: opened.sponsor, ...ending, summary }
  } finally {
    heartbeat.stop()
  }
}

async function conductOrClose(conduct: Conduct, close: () => Promise<unknown>): Promise<Ending> {
  try {
    return await conductRun(conduct)
  } catch (error) {
    // The first error is the one to report; a run that cannot be closed either is abandoned by the recorder's side.
    await close().catch(() => undefined)
    throw error
  }
}
