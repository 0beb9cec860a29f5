/** A team as the API lists it. */
export interface ListedTeam {
  readonly id: string
  readonly name: string
  readonly members: readonly string[]
  readonly owns: readonly { readonly kind: string; readonly subject: string }[]
}

/** One line: which team, how many are in it, what it owns. */
export function teamLine({ id, name, members, owns }: ListedTeam): string {
  const owned = owns.map(({ kind, subject }) => `${kind}:${subject}`)
  return [id, name, `${members.length} members`, owned.join(' ') || '-'].join('  ')
}
