import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson, personLine } from '../named-person.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly reason?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [name = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const { id } = await namedPerson(client, name)
  await client.post(`/v1/persons/${id}/deactivate`, { reason: options.reason ?? 'left' })
  const person = await namedPerson(client, id)
  context.print(context.json ? JSON.stringify(person) : personLine(person))
  return 0
}
