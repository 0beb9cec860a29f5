import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makePrivateDirectory, writeDurably } from '../../storage/index.ts'
import type { Environment } from '../environment.ts'
import type { Session } from '../profile.ts'
import { loginFailures } from './failures.ts'

/** The servers elsewhere that this user has signed in to. Readable by them only. */
export interface Servers {
  /** The one that commands use. */
  readonly current?: string
  readonly sessions: Readonly<Record<string, Session>>
}

/** An absent or damaged file is an empty one: signing in again makes it anew. */
export async function readServers(environment: Environment): Promise<Servers> {
  try {
    const { current, sessions } = JSON.parse(await readFile(fileOf(environment), 'utf8')) as Partial<Servers>
    return { ...(current === undefined ? {} : { current }), sessions: sessions ?? {} }
  } catch {
    return { sessions: {} }
  }
}

/** Keeps a session and makes its server the current one. */
export async function keepServer(environment: Environment, url: string, session: Session): Promise<void> {
  const { sessions } = await readServers(environment)
  await write(environment, { current: url, sessions: { ...sessions, [url]: session } })
}

export async function forgetServer(environment: Environment, url: string): Promise<void> {
  const { current, sessions } = await readServers(environment)
  const { [url]: _, ...rest } = sessions
  await write(environment, {
    ...(current === undefined || current === url ? {} : { current }),
    sessions: rest,
  })
}

/**
 * The origin of the server that is meant: as it was named, or the current one. Throws `login.server-missing`, and
 * `login.server-insecure` for plain http to anywhere but this machine.
 */
export async function serverNamed(environment: Environment, named: unknown): Promise<string> {
  const text = typeof named === 'string' ? named : (await readServers(environment)).current
  if (text === undefined) throw loginFailures.create('server-missing', 'Say which server with --server URL.')
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'https:' || isPlainOnThisMachine(url))) return url.origin
  throw loginFailures.create('server-insecure', '--server takes an https address; http is for this machine.')
}

function isPlainOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname)
}

async function write(environment: Environment, servers: Servers): Promise<void> {
  const file = fileOf(environment)
  await makePrivateDirectory(dirname(file))
  await writeDurably(file, `${JSON.stringify(servers, null, 2)}\n`)
}

function fileOf({ profilePath }: Environment): string {
  return join(dirname(profilePath), 'servers.json')
}
