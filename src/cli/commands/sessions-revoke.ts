import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson } from '../named-person.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly person?: string; readonly data?: string }
}

/** One of one's own, or every session of somebody else. */
export async function run(context: Context, { arguments: [session], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const path = await pathOf()
  const { ended = 1 } = await client.delete<{ readonly ended?: number }>(path)
  context.print(context.json ? JSON.stringify({ ended }) : `${ended} ended`)
  return 0

  async function pathOf(): Promise<string> {
    if (options.person === undefined) return `/v1/sessions/${session ?? ''}`
    const { id } = await namedPerson(client, options.person)
    return session === undefined ? `/v1/persons/${id}/sessions` : `/v1/persons/${id}/sessions/${session}`
  }
}
