import type { ApiClient } from '../api-client.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { namedPerson } from '../named-person.ts'
import { type ListedTeam, teamLine } from '../team-line.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: {
    readonly member?: readonly string[]
    readonly workflow?: readonly string[]
    readonly data?: string
  }
}

/** Makes the team if there is none of the name, and says who is in it and which workflows it owns. */
export async function run(context: Context, { arguments: [name = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  let team = await teamNamed(client, name)
  if (options.member !== undefined) {
    const members = await Promise.all(options.member.map((member) => namedPerson(client, member)))
    team = await client.put(`/v1/teams/${team.id}/members`, { members: members.map(({ id }) => id) })
  }
  for (const subject of options.workflow ?? []) {
    team = await client.post(`/v1/teams/${team.id}/owns`, { kind: 'workflow', subject })
  }
  context.print(context.json ? JSON.stringify(team) : teamLine(team))
  return 0
}

async function teamNamed(client: ApiClient, name: string): Promise<ListedTeam> {
  const { teams } = await client.get<{ readonly teams: readonly ListedTeam[] }>('/v1/teams')
  return teams.find((team) => team.name === name) ?? (await client.post<ListedTeam>('/v1/teams', { name }))
}
