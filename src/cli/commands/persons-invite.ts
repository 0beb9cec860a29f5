import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson } from '../named-person.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly data?: string }
}

interface Invitation {
  readonly id: string
  readonly token: string
  readonly expiresAt: string
}

export async function run(context: Context, { arguments: [name = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const { id } = await namedPerson(client, name)
  const invitation = await client.post<Invitation>(`/v1/persons/${id}/invitation`, {})
  context.print(context.json ? JSON.stringify(invitation) : invitation.token)
  if (!context.json) context.note(`It works once, until ${invitation.expiresAt}, and is not shown again.`)
  return 0
}
