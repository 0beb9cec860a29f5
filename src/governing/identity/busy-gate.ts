/** Lets so many go on at once and so many more wait: what costs memory cannot be asked for without end. */
export class BusyGate {
  readonly #atOnce: number
  readonly #mayWait: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: { readonly atOnce: number; readonly mayWait: number }) {
    this.#atOnce = limits.atOnce
    this.#mayWait = limits.mayWait
  }

  /** Undefined when too many wait already; `work` has not been started then. */
  async pass<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value } | undefined> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#mayWait) return undefined
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return { value: await work() }
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
