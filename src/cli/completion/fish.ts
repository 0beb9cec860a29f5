import { type CompletedCommand, type CompletedOption, firstWords, summaryOf } from './completed-command.ts'

/** A completion script for fish. */
export function fishScript(): string {
  const lines = [...firstWords()].flatMap(([word, commands]) => wordLines(word, commands))
  return `# Completion of custody for fish.\n${lines.join('\n')}\n`
}

function wordLines(word: string, commands: readonly CompletedCommand[]): readonly string[] {
  const first = `complete -c custody -n __fish_use_subcommand -x -a ${word} -d ${quoted(summaryOf(word, commands))}`
  return [first, ...commands.flatMap((command) => commandLines(word, command))]
}

function commandLines(word: string, command: CompletedCommand): readonly string[] {
  const inner = command.name.slice(word.length + 1)
  const seen = `__fish_seen_subcommand_from ${word}`
  const condition = inner === '' ? seen : `${seen}; and __fish_seen_subcommand_from ${inner}`
  const within = (rest: string) => `complete -c custody -n ${quoted(condition)} ${rest}`
  const words = command.words.length === 0 ? [] : [within(`-x -a ${quoted(command.words.join(' '))}`)]
  const inGroup = `complete -c custody -n ${quoted(seen)} -x -a ${inner} -d ${quoted(command.summary)}`
  return [
    ...(inner === '' ? [] : [inGroup]),
    ...words,
    ...command.options.map((option) => within(optionWords(option))),
  ]
}

function optionWords({ flag, meaning, takesValue, choices }: CompletedOption): string {
  const value = takesValue ? ' -r' : ''
  const offered = choices.length === 0 ? '' : ` -f -a ${quoted(choices.join(' '))}`
  return `-l ${flag.slice(2)}${value}${offered} -d ${quoted(meaning)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
