import type { Observation } from '../../recording/changes/index.ts'

/** What a session records: the kinds of event a wrapper may send. */
export type SessionObservation = Observation<
  'repository.observed' | 'agent.configured' | 'change.observed' | 'recording.gap'
>

export interface RunRequest {
  readonly workflow: string
  readonly task: Buffer
  readonly agentKind: string
  /** How many repositories the run may touch. */
  readonly repositories: number
}

export interface OpenedRun {
  readonly run: string
  /** The secret that lets the agent through the gateway for as long as the run lasts. */
  readonly token: string
  readonly gatewayUrl: string
  readonly sponsor: string
}

/** How the agent ended. `exitCode` is 128 + signal number when a signal ended it. */
export interface RunEnding {
  readonly exitCode: number
  readonly durationMs: number
  readonly signal?: string
}

/**
 * Port: where a session is recorded. `open` resolves when the run is durable, `observe` when the event is; both reject
 * when it cannot be recorded. `close` seals the run and gives what the recorder has to say about it.
 */
export interface RunRecorder<Summary> {
  open(request: RunRequest): Promise<OpenedRun>
  observe(run: string, observation: SessionObservation): Promise<void>
  heartbeat(run: string): Promise<void>
  close(run: string, ending: RunEnding): Promise<Summary>
}
