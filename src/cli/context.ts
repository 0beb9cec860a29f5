import { createColors } from 'picocolors'
import type { Environment } from './environment.ts'

/** How every command speaks: data on stdout, the rest on stderr. */
export interface Context {
  readonly environment: Environment
  readonly json: boolean
  readonly quiet: boolean
  readonly colours: ReturnType<typeof createColors>
  /** Data: what a pipe is for. */
  print(text: string): void
  /** What a person should know; silent with --quiet. */
  note(text: string): void
}

export function createContext(
  environment: Environment,
  options: { readonly json?: boolean; readonly quiet?: boolean },
): Context {
  const quiet = options.quiet === true
  return {
    environment,
    json: options.json === true,
    quiet,
    colours: createColors(environment.colour && options.json !== true),
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`)
    },
  }
}
