import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { type ListedTeam, teamLine } from '../team-line.ts'

interface Given {
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { teams } = await connection.client.get<{ readonly teams: readonly ListedTeam[] }>('/v1/teams')
  if (context.json) context.print(JSON.stringify({ teams }))
  else for (const team of teams) context.print(teamLine(team))
  return 0
}
