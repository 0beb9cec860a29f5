import { Argument, Command, Option } from 'commander'
import { packageVersion } from '../kernel/index.ts'
import {
  COMMANDS,
  type CommandRow,
  type Given,
  GLOBAL_OPTIONS,
  GROUPS,
  type OptionRow,
} from './command-table.ts'

/** What is done with a command line that has been understood. */
type Dispatch = (row: CommandRow, given: Given) => Promise<void>

/** The parser of the table of commands. What it cannot parse it throws as a CommanderError, having printed nothing. */
export function createProgram(dispatch: Dispatch): Command {
  const program = new Command('custody')
    .description('Recorded execution for AI agents.')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .version(packageVersion(), '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
  for (const row of GLOBAL_OPTIONS) program.addOption(optionOf(row))
  for (const row of COMMANDS) addCommand(program, row, dispatch)
  return program
}

function addCommand(program: Command, row: CommandRow, dispatch: Dispatch): void {
  const [name = '', subordinate] = row.name.split(' ')
  const command =
    subordinate === undefined ? program.command(name) : groupOf(program, name).command(subordinate)
  command.description(row.summary).addHelpText('after', `\nExample:\n  ${row.example}`)
  for (const { syntax, meaning, choices } of row.arguments) {
    const argument = new Argument(syntax, meaning)
    command.addArgument(choices === undefined ? argument : argument.choices(choices))
  }
  for (const option of row.options) command.addOption(optionOf(option))
  command.action(() => dispatch(row, { arguments: command.args, options: command.optsWithGlobals() }))
}

function groupOf(program: Command, name: string): Command {
  const present = program.commands.find((command) => command.name() === name)
  return (
    present ??
    program
      .command(name)
      .description(GROUPS[name] ?? name)
      .helpCommand(false)
  )
}

function optionOf({ syntax, meaning, required, repeatable, choices }: OptionRow): Option {
  const option = new Option(syntax, repeatable ? `${meaning}, repeatable` : meaning)
  if (choices !== undefined) option.choices(choices)
  if (required) option.makeOptionMandatory()
  if (repeatable) option.argParser((value: string, before?: readonly string[]) => [...(before ?? []), value])
  return option
}
