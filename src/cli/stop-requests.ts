import type { SubscribeToSignals } from '../running/session/index.ts'

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What asks a session to stop: the process's signals, and this program itself. */
export class StopRequests {
  #listener: ((signal: NodeJS.Signals) => void) | undefined

  readonly subscribe: SubscribeToSignals = (listener) => {
    this.#listener = listener
    for (const signal of STOP_SIGNALS) process.on(signal, listener)
    return () => {
      this.#listener = undefined
      for (const signal of STOP_SIGNALS) process.removeListener(signal, listener)
    }
  }

  /** The first request is the agent's to answer; the second one ends it. */
  request(): void {
    this.#listener?.('SIGTERM')
  }
}
