import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson } from '../named-person.ts'

interface Given {
  readonly options: { readonly person?: string; readonly data?: string }
}

interface ListedSession {
  readonly id: string
  readonly kind: string
  readonly startedAt: string
  readonly expiresAt: string
  readonly lastUsedAt: string
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const whose =
    options.person === undefined ? '' : `/persons/${(await namedPerson(client, options.person)).id}`
  const { sessions } = await client.get<{ readonly sessions: readonly ListedSession[] }>(
    `/v1${whose}/sessions`,
  )
  if (context.json) context.print(JSON.stringify({ sessions }))
  else for (const session of sessions) context.print(line(session))
  return 0
}

function line({ id, kind, startedAt, expiresAt, lastUsedAt }: ListedSession): string {
  return [id, kind, `since ${startedAt}`, `used ${lastUsedAt}`, `until ${expiresAt}`].join('  ')
}
