/** Port: how a session learns that it is asked to stop. Gives back how to stop listening. */
export type SubscribeToSignals = (listener: (signal: NodeJS.Signals) => void) => () => void

/** Who is to answer a signal: the agent while there is one, otherwise the session at its next step. */
export class Interruptions {
  readonly #unsubscribe: () => void
  #answer: ((signal: NodeJS.Signals) => void) | undefined
  #first: NodeJS.Signals | undefined

  constructor(subscribe: SubscribeToSignals) {
    this.#unsubscribe = subscribe((signal) => {
      this.#first ??= signal
      this.#answer?.(signal)
    })
  }

  /** The first signal that came, whoever answered it. */
  get first(): NodeJS.Signals | undefined {
    return this.#first
  }

  passTo(answer: ((signal: NodeJS.Signals) => void) | undefined): void {
    this.#answer = answer
  }

  stop(): void {
    this.#unsubscribe()
  }
}
