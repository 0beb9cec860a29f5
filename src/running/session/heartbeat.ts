export interface Heartbeat {
  stop(): void
}

/**
 * Calls `beat` again and again until stopped, the next time only when the last call is over. A call that fails is left
 * to the recorder's side: it notices missing beats by itself, and the next thing recorded tells the caller.
 */
export function startHeartbeat(beat: () => Promise<void>, everyMs: number): Heartbeat {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const schedule = (): void => {
    if (!isStopped)
      timer = setTimeout(
        () =>
          void beat()
            .catch(() => undefined)
            .then(schedule),
        everyMs,
      )
  }
  schedule()
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
