import { setTimeout } from 'node:timers/promises'
import { ApiClient } from '../api-client.ts'
import type { Context } from '../context.ts'
import { printableLine } from '../printable.ts'
import { deviceLogin } from '../remote/device-login.ts'
import { keepServer, serverNamed } from '../remote/servers.ts'

interface Given {
  readonly options: { readonly server?: string }
}

/** `wait` is what it waits with between two questions to the server. */
export async function run(
  context: Context,
  { options }: Given,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): Promise<number> {
  const server = await serverNamed(context.environment, options.server)
  const token = await deviceLogin(server, {
    wait,
    // Without them nobody can go on, so they are shown also when little is to be said.
    show: ({ userCode, address }) => {
      context.complain(`Open ${printableLine(address)}`)
      context.complain(`and allow it there if it shows the code ${printableLine(userCode)}`)
    },
  })
  const client = new ApiClient(server, token)
  const { vkey } = await client.get<{ readonly vkey: string }>('/v1/server')
  const person = await client.get<{ readonly id: string; readonly name: string; readonly email: string }>(
    '/v1/whoami',
  )
  await keepServer(context.environment, server, { token, vkey })
  const told = printableLine(`Signed in to ${server} as ${person.name} <${person.email}>`)
  context.print(context.json ? JSON.stringify({ server, person, vkey }) : told)
  return 0
}
