import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson, personLine } from '../named-person.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: {
    readonly grant?: readonly string[]
    readonly revoke?: readonly string[]
    readonly scope?: string
    readonly data?: string
  }
}

/** Gives before it takes, so that the last administrator can hand over in one go. */
export async function run(context: Context, { arguments: [name = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const { id: holder } = await namedPerson(client, name)
  const { grant = [], revoke = [], scope = 'organisation' } = options
  for (const role of grant) await client.post('/v1/roles/grant', { holder, role, scope })
  for (const role of revoke) await client.post('/v1/roles/revoke', { holder, role, scope })
  const person = await namedPerson(client, holder)
  context.print(context.json ? JSON.stringify(person) : personLine(person))
  return 0
}
