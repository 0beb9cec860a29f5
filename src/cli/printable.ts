/** What agents, models and files hold must not steer the terminal; line ends and tabs stay. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '\uFFFD',
  )
}

/** As `printable`, and in one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\r\n\t]/g, ' '))
}
