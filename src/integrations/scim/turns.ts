/** Lets one change at a time through, so that what it checked still holds when it writes. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<Done>(work: () => Promise<Done>): Promise<Done> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
