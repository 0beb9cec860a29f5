import { createColors } from 'picocolors'

interface StageOptions {
  readonly isSilent: boolean
  /** Whether what is written can be written over, which shows a step while it lasts. */
  readonly isTerminal: boolean
  readonly isColoured: boolean
}

/** A stage on this process's stdout; a silent one shows nothing and keeps the times. */
export function openStage(isSilent: boolean): Stage {
  const isTerminal = process.stdout.isTTY === true
  return new Stage({ isSilent, isTerminal, isColoured: !isSilent && wantsColour(isTerminal) })
}

function wantsColour(isTerminal: boolean): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = process.env
  if (NO_COLOR !== '' || TERM === 'dumb') return false
  return FORCE_COLOR !== '' || isTerminal
}

interface StepTime {
  readonly name: string
  readonly seconds: number
}

const NAME_COLUMNS = 18

/** Where the demo is told: one line per step on stdout, and what there is to show between them. */
export class Stage {
  readonly colours: ReturnType<typeof createColors>
  readonly #options: StageOptions
  readonly #times: StepTime[] = []

  constructor(options: StageOptions) {
    this.#options = options
    this.colours = createColors(options.isColoured)
  }

  get isColoured(): boolean {
    return this.#options.isColoured
  }

  /** The steps that ended so far, well or not, and how long each took. */
  get times(): readonly StepTime[] {
    return this.#times
  }

  /** Does one step and tells that it is done; `describe` says what came of it. */
  async step<T>(name: string, act: () => Promise<T>, describe: (value: T) => string): Promise<T> {
    const startedMs = performance.now()
    const { bold, dim, green } = this.colours
    if (this.#options.isTerminal) this.#write(dim(`… ${name}`))
    try {
      const value = await act()
      this.#overwrite()
      const time = dim(`${secondsSince(startedMs).toFixed(1)} s`)
      this.tell(`${green('✓')} ${bold(name.padEnd(NAME_COLUMNS))}${describe(value)}  ${time}`)
      return value
    } catch (cause) {
      this.#overwrite()
      throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    } finally {
      this.#times.push({ name, seconds: secondsSince(startedMs) })
    }
  }

  tell(text = ''): void {
    this.#write(`${text}\n`)
  }

  /** Shows what a command printed, a little to the right. */
  quote(text: string): void {
    this.tell()
    for (const line of text.trimEnd().split('\n')) this.tell(line === '' ? '' : `    ${line}`)
    this.tell()
  }

  #overwrite(): void {
    if (this.#options.isTerminal) this.#write('\r\u001b[2K')
  }

  #write(text: string): void {
    if (!this.#options.isSilent) process.stdout.write(text)
  }
}

function secondsSince(startedMs: number): number {
  return Math.round(performance.now() - startedMs) / 1000
}
