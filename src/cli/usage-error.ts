import { CommanderError } from 'commander'
import type { Failure } from '../kernel/index.ts'
import { cliFailures } from './failures.ts'

const USAGE_EXIT_CODE = 2

/**
 * What the parser's error means: an exit code when it has shown help or the version, a Failure for a line it could not
 * read, undefined for what is no error of the parser.
 */
export function readUsageError(error: unknown, argv: readonly string[]): number | Failure | undefined {
  if (!(error instanceof CommanderError)) return undefined
  if (error.exitCode === 0) return 0
  // A group or the program itself without a command: its help has been shown.
  if (error.code === 'commander.help') return USAGE_EXIT_CODE
  return cliFailures.create('usage', `${sentence(error.message)} ${advice(error, argv)}`)
}

/** `error: unknown command 'ini'\n(Did you mean init?)` becomes `Unknown command 'ini'. Did you mean init?` */
function sentence(message: string): string {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const plain = first.charAt(0).toUpperCase() + first.slice(1).replace(/\.$/, '')
  return [`${plain}.`, ...rest.map((line) => line.replace(/^\((.*)\)$/, '$1'))].join(' ')
}

function advice({ code }: CommanderError, argv: readonly string[]): string {
  const [name = ''] = argv.filter((word) => !word.startsWith('-'))
  const agentsOption = name === 'run' && code === 'commander.unknownOption' && !argv.includes('--')
  if (agentsOption) return 'The agent and its arguments stand after --.'
  const known = code !== 'commander.unknownCommand' && /^[a-z]+$/.test(name)
  return `See: custody ${known ? `${name} ` : ''}--help`
}
