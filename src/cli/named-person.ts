import type { ApiClient } from './api-client.ts'
import { cliFailures } from './failures.ts'

/** A person as the API lists them. */
export interface ListedPerson {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly active: boolean
  readonly roles: readonly { readonly role: string; readonly scope: string }[]
}

const PAGE = 500

/** Every person, in the order they were added. */
export async function listPersons(client: ApiClient): Promise<readonly ListedPerson[]> {
  const persons: ListedPerson[] = []
  for (;;) {
    const path = `/v1/persons?offset=${persons.length}&limit=${PAGE}`
    const page = await client.get<{ readonly total: number; readonly persons: readonly ListedPerson[] }>(path)
    persons.push(...page.persons)
    if (page.persons.length === 0 || persons.length >= page.total) return persons
  }
}

/** The person with this id or address; throws `cli.person-unknown`. */
export async function namedPerson(client: ApiClient, name: string): Promise<ListedPerson> {
  const persons = await listPersons(client)
  const found = persons.find(({ id, email }) => id === name || email === name.toLowerCase())
  if (found !== undefined) return found
  throw cliFailures.create(
    'person-unknown',
    `There is no person ${JSON.stringify(name.slice(0, 80))}; "custody persons list" lists them.`,
  )
}

/** One line: who, whether active, with which roles. */
export function personLine({ id, name, email, active, roles }: ListedPerson): string {
  const held = roles.map(({ role, scope }) => (scope === 'organisation' ? role : `${role}@${scope}`))
  return [id, active ? 'active  ' : 'inactive', `${name} <${email}>`, held.join(' ') || '-'].join('  ')
}
