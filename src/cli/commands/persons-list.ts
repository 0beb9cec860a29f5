import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { listPersons, personLine } from '../named-person.ts'

interface Given {
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const persons = await listPersons(connection.client)
  if (context.json) context.print(JSON.stringify({ persons }))
  else for (const person of persons) context.print(personLine(person))
  return 0
}
