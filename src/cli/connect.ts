import { readFileSync } from 'node:fs'
import {
  type CustodyServer,
  type DataDirectory,
  dataDirectoryAt,
  readServerConfig,
  settingsOf,
  startServer,
} from '../server/index.ts'
import { readTextIfThere } from '../storage/index.ts'
import { ApiClient } from './api-client.ts'
import type { Context } from './context.ts'
import { cliFailures } from './failures.ts'
import { readProfile, type Session } from './profile.ts'

/** A way to the API: the running server, or one started for as long as the command lasts. */
export interface Connection extends AsyncDisposable {
  readonly client: ApiClient
  readonly vkey: string
  readonly directory: DataDirectory
}

/** The data directory a command works on: the flag, then CUSTODY_DATA, then the user's own, then the default place. */
export async function chooseDirectory(
  { environment }: Context,
  flag: string | undefined,
): Promise<DataDirectory> {
  const profile = await readProfile(environment.profilePath)
  return dataDirectoryAt(
    flag ?? environment.dataDirectory ?? profile.dataDirectory ?? environment.defaultDataDirectory,
  )
}

/** Connects as the signed-in person; starts an embedded server when none runs on the data directory. */
export async function connect(context: Context, dataFlag: string | undefined): Promise<Connection> {
  const directory = await chooseDirectory(context, dataFlag)
  const session = await sessionFor(context, directory)
  const running = await runningServer(directory, session)
  if (running !== undefined) {
    return { client: running, vkey: session.vkey, directory, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const server = await startEmbedded(context, directory)
  return {
    client: new ApiClient(server.url, session.token),
    vkey: session.vkey,
    directory,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** Reads a secret a configuration refers to. */
export function secretReader({ environment }: Context) {
  return (
    reference:
      | { readonly kind: 'env'; readonly name: string }
      | { readonly kind: 'file'; readonly path: string },
  ) => (reference.kind === 'env' ? environment.variables[reference.name] : readFileIfThere(reference.path))
}

async function sessionFor({ environment }: Context, directory: DataDirectory): Promise<Session> {
  const session = (await readProfile(environment.profilePath)).sessions[directory.root]
  if (session !== undefined) return session
  throw cliFailures.create(
    'not-initialised',
    `You are not signed in for ${directory.root}; make it with: custody init --data ${directory.root} --person 'Name <email>'`,
  )
}

async function runningServer(directory: DataDirectory, session: Session): Promise<ApiClient | undefined> {
  const text = await readTextIfThere(directory.running)
  if (text === undefined) return undefined
  const { url } = JSON.parse(text) as { url: string }
  const client = new ApiClient(url, session.token)
  const server = await client.get<{ vkey: string }>('/v1/server').catch(() => undefined)
  // A server that died leaves its address behind, and something else may listen there.
  return server?.vkey === session.vkey ? client : undefined
}

async function startEmbedded(context: Context, directory: DataDirectory): Promise<CustodyServer> {
  const config = await readServerConfig(directory.config, secretReader(context))
  return startServer(directory, {
    host: '127.0.0.1',
    port: 0,
    settings: settingsOf(config, 'embedded'),
    report: (line) => context.note(line),
  })
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
