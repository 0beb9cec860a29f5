import { type Failure, isFailure } from '../kernel/index.ts'
import type { RunRecorder } from '../running/session/index.ts'

// A server that is being restarted is back before the second beat.
const MISSED_BEATS = 2

/**
 * A recorder that says so when the run is no longer recorded: `onLost` is called at each beat from then on. An agent that
 * nobody records must not go on.
 */
export function watchedRecorder<Summary>(
  recorder: RunRecorder<Summary>,
  onLost: (reason: Failure) => void,
): RunRecorder<Summary> {
  let missed = 0
  return {
    ...recorder,
    heartbeat: async (run) => {
      try {
        await recorder.heartbeat(run)
        missed = 0
      } catch (error) {
        if (!isFailure(error)) throw error
        missed = error.kind === 'unavailable' ? missed + 1 : MISSED_BEATS
        if (missed >= MISSED_BEATS) onLost(error)
      }
    },
  }
}
