import { isFailure } from '../../kernel/index.ts'
import type { Context } from '../context.ts'
import { postForm } from '../remote/post-form.ts'
import { forgetServer, readServers, serverNamed } from '../remote/servers.ts'

interface Given {
  readonly options: { readonly server?: string }
}

/** Forgets the session here in any case; when the server cannot be reached, it ends there only when its time is over. */
export async function run(context: Context, { options }: Given): Promise<number> {
  const { environment } = context
  const server = await serverNamed(environment, options.server)
  const session = (await readServers(environment)).sessions[server]
  const ended = session === undefined || (await endSession(server, session.token))
  await forgetServer(environment, server)
  if (!ended) context.complain(`${server} could not be told; an administrator can end the session there.`)
  context.print(context.json ? JSON.stringify({ server, ended }) : `Signed out of ${server}`)
  return 0
}

async function endSession(server: string, token: string): Promise<boolean> {
  try {
    return (await postForm(`${server}/oauth/revoke`, { token })).error === undefined
  } catch (error) {
    if (isFailure(error, 'login.server-answer')) return false
    throw error
  }
}
