import { systemClock } from '../../kernel/index.ts'
import { checkpointLine } from '../../recording/verify/index.ts'
import { adapterFor } from '../../running/agents/index.ts'
import { runSession } from '../../running/session/index.ts'
import type { ApiClient } from '../api-client.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { httpRecorder } from '../http-recorder.ts'
import { readTask } from '../read-task.ts'
import { reportFailure } from '../report-failure.ts'
import { StopRequests } from '../stop-requests.ts'
import { summaryLines } from '../summary-lines.ts'
import { watchedRecorder } from '../watched-recorder.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: {
    readonly workflow?: string
    readonly task?: string
    readonly repo?: readonly string[]
    readonly agent?: string
    readonly data?: string
  }
}

/** Exits with the agent's own code unless Custody refused. */
export async function run(context: Context, { arguments: command, options }: Given): Promise<number> {
  const adapter = adapterFor(options.agent, command)
  const task = await readTask(options.task ?? '')
  await using connection = await connect(context, options.data)
  const stop = new StopRequests()
  const recorder = watchedRecorder(httpRecorder(connection.client), ({ message }) => {
    context.complain(`The run is no longer recorded, so its agent is stopped. ${message}`)
    stop.request()
  })
  const outcome = await runSession({
    recorder,
    adapter,
    command,
    task,
    workflow: options.workflow ?? '',
    repositories: options.repo === undefined || options.repo.length === 0 ? ['.'] : options.repo,
    environment: context.environment.variables,
    clock: systemClock,
    // With --json stdout carries the one JSON object, so what the agent prints goes to stderr.
    streams: context.json
      ? { stdin: process.stdin, stdout: process.stderr, stderr: process.stderr }
      : process.stdin.isTTY
        ? 'terminal'
        : 'inherit',
    signals: stop.subscribe,
  })
  const { summary } = outcome
  if (context.json) context.print(JSON.stringify({ ...summary, exitCode: outcome.exitCode }))
  else for (const line of summaryLines(summary, context.noteColours)) context.note(line)
  await noteCheckpoint(context, connection.client)
  if (outcome.problem !== undefined) reportFailure(outcome.problem, { ...context, json: false })
  return outcome.exitCode
}

/** For the log of a job: what is kept there shows later whether the ledger was rewritten. */
async function noteCheckpoint(context: Context, client: ApiClient): Promise<void> {
  const note = await client.download('/v1/log/checkpoint').catch(() => undefined)
  const line = note && checkpointLine(note.toString())
  if (line !== undefined) context.note(line)
}
