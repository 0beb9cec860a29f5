import type { Id } from '../../kernel/index.ts'
import { identityFailures } from './failures.ts'
import type { PersonRow } from './store/tables.ts'

/** A human from the directory. */
export interface Person {
  readonly id: Id<'per'>
  readonly name: string
  readonly email: string
  readonly active: boolean
}

/** `merged`: the same human goes on as another person. */
export type PersonStatus = 'active' | 'deactivated' | 'merged'

/** Reads `Name <email>`; `identity.person-malformed` otherwise. */
export function parsePerson(text: string): { readonly name: string; readonly email: string } {
  const match = /^\s*([^<>\n]{1,200}?)\s*<([^<>\s@]{1,64}@[^<>\s@]{1,255})>\s*$/.exec(text)
  const [, name, email] = match ?? []
  if (name !== undefined && name !== '' && email !== undefined) return { name, email: email.toLowerCase() }
  throw identityFailures.create('person-malformed', "Write the person as 'Name <email@example.com>'.")
}

export function toPerson(row: PersonRow): Person {
  return { id: row.id as Id<'per'>, name: row.name, email: row.email, active: row.status === 'active' }
}
