import { scimFailures } from './failures.ts'
import { itemsOf, type ScimResource, textOf } from './resource.ts'

/** What Custody's own directory takes from a group. */
export interface GroupAsTeam {
  /** In the form in which workflows name teams. */
  readonly name: string
  /** Ids of users. */
  readonly members: readonly string[]
}

/** The team a group describes. Throws `scim.value-invalid` when nothing of its name can stand in a policy. */
export function teamOf(group: ScimResource): GroupAsTeam {
  return { name: teamName(textOf(group, 'displayName') ?? ''), members: memberIds(group) }
}

export function memberIds(group: ScimResource): readonly string[] {
  return [...new Set(itemsOf(group, 'members').map(({ value }) => String(value)))]
}

/** "Platform & Tools" is the team platform-tools. */
function teamName(displayName: string): string {
  const words = displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const name = words.join('-')
  if (/^[a-z][a-z0-9-]{0,99}$/.test(name)) return name
  throw scimFailures.create(
    'value-invalid',
    'The name of a group begins with a letter of a to z and has at most 100 letters and digits.',
  )
}
