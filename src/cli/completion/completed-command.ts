import {
  type ArgumentRow,
  COMMANDS,
  type CommandRow,
  GLOBAL_OPTIONS,
  GROUPS,
  type OptionRow,
} from '../command-table.ts'

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** One word, or two for a command of a group. */
  readonly name: string
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** The words its first argument may be; without any a shell offers files. */
  readonly words: readonly string[]
}

export interface CompletedOption {
  /** `--name` */
  readonly flag: string
  readonly meaning: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

/** The first words of a command line with what stands behind them; a group stands for its commands. */
export function firstWords(): ReadonlyMap<string, readonly CompletedCommand[]> {
  return Map.groupBy(COMMANDS.map(completedCommand), ({ name }) => name.split(' ')[0] ?? name)
}

/** What a first word is about: the command of that name, or the group. */
export function summaryOf(word: string, commands: readonly CompletedCommand[]): string {
  return commands.find(({ name }) => name === word)?.summary ?? GROUPS[word] ?? word
}

function completedCommand({ name, summary, options, arguments: rows }: CommandRow): CompletedCommand {
  const words = rows.flatMap(({ choices = [] }: ArgumentRow) => choices)
  return { name, summary, options: [...options, ...GLOBAL_OPTIONS].map(completedOption), words }
}

function completedOption({ syntax, meaning, choices = [] }: OptionRow): CompletedOption {
  const [flag = '', value] = syntax.split(' ')
  return { flag, meaning, takesValue: value !== undefined, choices }
}
