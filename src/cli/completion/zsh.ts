import { type CompletedCommand, type CompletedOption, firstWords, summaryOf } from './completed-command.ts'

/** A completion script for zsh, to stand as `_custody` in a directory of `fpath`. */
export function zshScript(): string {
  const words = firstWords()
  return `#compdef custody
# Completion of custody for zsh.
_custody() {
  if ((CURRENT == 2)); then
    local -a commands=(
${[...words].map(([word, commands]) => `      ${quoted(`${word}:${summaryOf(word, commands)}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${[...words].map(([word, commands]) => branch(word, commands)).join('\n')}
  esac
}
compdef _custody custody
`
}

function branch(word: string, commands: readonly CompletedCommand[]): string {
  const [only] = commands
  if (only?.name === word) return `    ${word}) _arguments ${specs(only)} ;;`
  const names = commands.map(({ name }) => name.slice(word.length + 1))
  const inner = commands.map(
    (command, index) =>
      `        ${names[index]}) shift words; ((CURRENT--)); _arguments ${specs(command)} ;;`,
  )
  return `    ${word})
      if ((CURRENT == 2)); then
        compadd ${names.join(' ')}
        return
      fi
      case $words[2] in
${inner.join('\n')}
      esac
      ;;`
}

function specs({ options, words }: CompletedCommand): string {
  const argument = words.length === 0 ? `'*:file:_files'` : quoted(`1:word:(${words.join(' ')})`)
  return [...options.map(spec), argument].join(' ')
}

function spec({ flag, meaning, takesValue, choices }: CompletedOption): string {
  const text = `${flag}[${meaning.replaceAll(/[[\]:]/g, '\\$&')}]`
  if (!takesValue) return quoted(text)
  return quoted(`${text}:value:${choices.length === 0 ? '_files' : `(${choices.join(' ')})`}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
