import { connect } from '../connect.ts'
import type { Context } from '../context.ts'

interface Given {
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const person = await connection.client.get<{ id: string; name: string; email: string }>('/v1/whoami')
  context.print(context.json ? JSON.stringify(person) : `${person.name} <${person.email}> (${person.id})`)
  return 0
}
