export type { AgentStreams } from './agent-process.ts'
export type { SubscribeToSignals } from './interruptions.ts'
export type { OpenedRun, RunEnding, RunRecorder, RunRequest, SessionObservation } from './recorder.ts'
export { runSession, type SessionInput, type SessionOutcome } from './session.ts'
