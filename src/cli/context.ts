import { once } from 'node:events'
import { createColors } from 'picocolors'
import type { Environment } from './environment.ts'

type Colours = ReturnType<typeof createColors>

/** How every command speaks: data on stdout, the rest on stderr. */
export interface Context {
  readonly environment: Environment
  readonly json: boolean
  readonly quiet: boolean
  /** For what is printed. */
  readonly colours: Colours
  /** For what is noted. */
  readonly noteColours: Colours
  /** Data: what a pipe is for. */
  print(text: string): void
  /** Data that is no text, or too much to hold: to stdout as it comes. */
  pass(bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** What a person should know; silent with --quiet. */
  note(text: string): void
  /** What went wrong, for a person; never silent. */
  complain(text: string): void
}

export function createContext(
  environment: Environment,
  options: { readonly json?: boolean; readonly quiet?: boolean },
): Context {
  const quiet = options.quiet === true
  const complain = (text: string) => void process.stderr.write(`${text}\n`)
  return {
    environment,
    json: options.json === true,
    quiet,
    colours: createColors(environment.colour.stdout),
    noteColours: createColors(environment.colour.stderr),
    print: (text) => void process.stdout.write(`${text}\n`),
    pass: async (bytes) => {
      for await (const chunk of bytes) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
    },
    note: quiet ? () => undefined : complain,
    complain,
  }
}
