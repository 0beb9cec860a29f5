import type { Clock } from '../../kernel/index.ts'

const WINDOW_MS = 10 * 60_000
const FREE_GUESSES = 10

/** Wrong device codes per person: whoever guesses at those of others soon has to wait. */
export class CodeGuesses {
  readonly #clock: Clock
  readonly #wrong = new Map<string, readonly number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  noteWrong(person: string): void {
    this.#wrong.set(person, [...this.#recent(person), this.#clock.now()])
  }

  mayGuess(person: string): boolean {
    return this.#recent(person).length < FREE_GUESSES
  }

  #recent(person: string): readonly number[] {
    const since = this.#clock.now() - WINDOW_MS
    return (this.#wrong.get(person) ?? []).filter((at) => at > since)
  }
}
