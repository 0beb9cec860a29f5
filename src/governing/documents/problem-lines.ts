import type { Problem } from '../../kernel/index.ts'

/** One text line per problem, `file:line:column  message  → suggestion`, joined by line ends. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(problemLine).join('\n')
}

function problemLine({ file, line, column, message, suggestion }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  const sentence = suggestion === undefined ? message : `${message}  → ${suggestion}`
  return withoutControls(place === '' ? sentence : `${place}  ${sentence}`)
}

// Keys come from the file as they are; a terminal must not obey them.
function withoutControls(line: string): string {
  return line.replaceAll(/\p{Cc}|\p{Bidi_Control}/gu, '\ufffd')
}
