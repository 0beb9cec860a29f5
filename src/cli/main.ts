import { createContext } from './context.ts'
import { readEnvironment } from './environment.ts'
import { createProgram } from './program.ts'
import { reportFailure } from './report-failure.ts'
import { readUsageError } from './usage-error.ts'

/** Runs the command line and returns its exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  keepBrokenPipesQuiet()
  const environment = readEnvironment()
  // What goes wrong before or while the line is parsed is told in the manner the line asks for.
  const context = createContext(environment, asksFor(argv))
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, context)))
  let exitCode = 0
  const program = createProgram(async (row, given) => {
    const { run } = await row.load()
    exitCode = await run(createContext(environment, given.options), given)
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    const usage = readUsageError(error, argv)
    return typeof usage === 'number' ? usage : reportFailure(usage ?? error, context)
  }
}

function asksFor(argv: readonly string[]): { readonly json: boolean; readonly quiet: boolean } {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
  return { json: own.includes('--json'), quiet: own.includes('--quiet') }
}

/** A reader that has seen enough (`custody runs | head -1`) is no error, and a recorded run goes on to its end. */
function keepBrokenPipesQuiet(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
