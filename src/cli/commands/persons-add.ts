import { parsePerson } from '../../governing/identity/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson, personLine } from '../named-person.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly role?: readonly string[]; readonly scope?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [text = ''], options }: Given): Promise<number> {
  const wanted = parsePerson(text)
  await using connection = await connect(context, options.data)
  const { client } = connection
  const { id } = await client.post<{ readonly id: string }>('/v1/persons', wanted)
  const { role: roles = [], scope = 'organisation' } = options
  for (const role of roles) await client.post('/v1/roles/grant', { holder: id, role, scope })
  const added = await namedPerson(client, id)
  context.print(context.json ? JSON.stringify(added) : personLine(added))
  if (!context.json) context.note(`Let them choose a password: custody persons invite ${id}`)
  return 0
}
