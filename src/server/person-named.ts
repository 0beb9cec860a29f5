import type { Services } from './composition.ts'

/** The id of the person that somebody names by id or by address; what is neither is given back as it is. */
export async function personNamed({ identity }: Services, name: string): Promise<string> {
  if (!name.includes('@')) return name
  const persons = await identity.persons()
  return persons.find(({ email }) => email === name.toLowerCase())?.id ?? name
}
