import { Command, CommanderError, Option } from 'commander'
import { createContext } from './context.ts'
import { readEnvironment } from './environment.ts'
import { reportFailure } from './report-failure.ts'

/** A command's module is loaded when it is called: start-up stays quick whatever the others need. */
type Run = (context: ReturnType<typeof createContext>, given: Given) => Promise<number>

interface Given {
  readonly arguments: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

const USAGE_EXIT_CODE = 2

/** Runs the command line and returns its exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  const exit = { code: 0 }
  const program = createProgram(exit)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exit.code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE
  }
}

function createProgram(exit: { code: number }): Command {
  const program = new Command('custody')
    .description('Recorded execution for AI agents.')
    .exitOverride()
    .showHelpAfterError('(custody --help lists the commands)')
  const action =
    (load: () => Promise<{ readonly run: Run }>) =>
    async (...parameters: unknown[]) => {
      const command = parameters.at(-1) as Command
      const options = command.optsWithGlobals<Record<string, unknown>>()
      const context = createContext(readEnvironment(), options)
      try {
        const { run } = await load()
        exit.code = await run(context, { arguments: command.args, options })
      } catch (error) {
        exit.code = reportFailure(error, context)
      }
    }
  addSetupCommands(program, action)
  addRunCommands(program, action)
  addEvidenceCommands(program, action)
  for (const command of program.commands) addCommonOptions(command)
  return program
}

type Action = (load: () => Promise<{ readonly run: Run }>) => (...parameters: unknown[]) => Promise<void>

function addSetupCommands(program: Command, action: Action): void {
  program
    .command('init')
    .description('make a data directory, its keys and its first person, and sign that person in')
    .requiredOption('--person <person>', "the first person, as 'Name <email>'")
    .addOption(dataOption())
    .action(action(() => import('./commands/init.ts')))
  program
    .command('serve')
    .description('serve the API and the gateway')
    .addOption(dataOption())
    .option('--listen <host:port>', 'where to listen (default 127.0.0.1:4880)')
    .option('--config <file>', 'configuration file (default DIR/custody.yaml)')
    .action(action(() => import('./commands/serve.ts')))
  program
    .command('whoami')
    .description('show who you are signed in as')
    .addOption(dataOption())
    .action(action(() => import('./commands/whoami.ts')))
  program
    .command('doctor')
    .description('check what Custody needs, and say what to do about what is missing')
    .addOption(dataOption())
    .action(action(() => import('./commands/doctor.ts')))
  program
    .command('version')
    .description('show the version')
    .action(action(() => import('./commands/version.ts')))
}

function addRunCommands(program: Command, action: Action): void {
  program
    .command('run')
    .description('run an agent, recorded, for you as its sponsor')
    .requiredOption('--workflow <name>', 'the workflow it runs under (DIR/workflows/NAME.yaml)')
    .requiredOption('--task <text>', 'what the agent is asked, or @FILE')
    .option('--repo <dir>', 'a repository it may change, repeatable (default: this one)', collect, [])
    .option('--agent <kind>', 'claude-code, codex, opencode, gemini or generic (default: by the command)')
    .addOption(dataOption())
    .argument('<command...>', 'the agent and its arguments, after --')
    .passThroughOptions(false)
    .action(action(() => import('./commands/run.ts')))
  program
    .command('runs')
    .description('list runs, newest first')
    .option('--limit <number>', 'how many (1 to 500)', '20')
    .addOption(dataOption())
    .action(action(() => import('./commands/runs.ts')))
  program
    .command('show')
    .description('tell the story of one run')
    .argument('<run>', 'its id')
    .addOption(dataOption())
    .action(action(() => import('./commands/show.ts')))
}

function addEvidenceCommands(program: Command, action: Action): void {
  program
    .command('evidence')
    .description('write the evidence bundle of a run')
    .argument('<run-or-commit>', 'a run id, or a commit it made')
    .requiredOption('--out <file>', 'the zip to write')
    .addOption(new Option('--withhold <what>', 'leave bodies out; their commitments stay').choices(['parts']))
    .addOption(dataOption())
    .action(action(() => import('./commands/evidence.ts')))
  program
    .command('verify')
    .description('verify an evidence bundle, without a server or a network')
    .argument('<file>', 'the zip')
    .option('--key <vkey>', 'the public key of the ledger you trust')
    .action(action(() => import('./commands/verify.ts')))
  program
    .command('workflow')
    .description('check workflow files')
    .argument('<action>', 'check')
    .argument('[file...]', 'the files (default: all of the data directory)')
    .addOption(dataOption())
    .action(action(() => import('./commands/workflow.ts')))
}

function addCommonOptions(command: Command): void {
  command.option('--json', 'print one JSON document').option('--quiet', 'print nothing but data and errors')
}

function dataOption(): Option {
  return new Option('--data <dir>', 'data directory (default: CUSTODY_DATA, then yours)')
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}
