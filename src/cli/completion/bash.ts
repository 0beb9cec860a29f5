import { type CompletedCommand, firstWords } from './completed-command.ts'

/** A completion script for bash; behind `--` and where a file is meant it leaves the word to bash. */
export function bashScript(): string {
  const words = firstWords()
  return `# Completion of custody for bash.
_custody() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" offered= word
  for word in "\${COMP_WORDS[@]:0:COMP_CWORD}"; do
    [[ $word == -- ]] && return
  done
  if ((COMP_CWORD == 1)); then
    offered="${[...words.keys()].join(' ')}"
  else
    case "\${COMP_WORDS[1]}" in
${[...words].map(([word, commands]) => branch(word, commands)).join('\n')}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$current")
}
complete -o default -F _custody custody
`
}

function branch(word: string, commands: readonly CompletedCommand[]): string {
  const [only] = commands
  if (only === undefined || only.name === word) return `      ${word})\n${offers(only, 8)}\n        ;;`
  const inner = commands.map((command) => {
    const last = command.name.slice(word.length + 1)
    return `          ${last})\n${offers(command, 12)}\n            ;;`
  })
  const names = commands.map(({ name }) => name.slice(word.length + 1)).join(' ')
  return `      ${word})
        if ((COMP_CWORD == 2)); then
          offered="${names}"
        else
          case "\${COMP_WORDS[2]}" in
${inner.join('\n')}
          esac
        fi
        ;;`
}

function offers(command: CompletedCommand | undefined, indent: number): string {
  const { options = [], words = [] } = command ?? {}
  const values = options
    .filter(({ takesValue }) => takesValue)
    .map(({ flag, choices }) =>
      choices.length === 0 ? `  ${flag}) return ;;` : `  ${flag}) offered="${choices.join(' ')}" ;;`,
    )
  const all = [...words, ...options.map(({ flag }) => flag)].join(' ')
  const lines = ['case "$previous" in', ...values, `  *) offered="${all}" ;;`, 'esac']
  return lines.map((line) => `${' '.repeat(indent)}${line}`).join('\n')
}
