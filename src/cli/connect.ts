import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { isFailure } from '../kernel/index.ts'
import {
  type CustodyServer,
  checkDataDirectory,
  type DataDirectory,
  dataDirectoryAt,
  readServerConfig,
  settingsOf,
  startServer,
} from '../server/index.ts'
import { ApiClient } from './api-client.ts'
import type { Context } from './context.ts'
import { cliFailures } from './failures.ts'
import { readProfile, type Session } from './profile.ts'
import { readServers } from './remote/servers.ts'
import { runningServer } from './running-server.ts'

/** A way to the API: the running server, or one started for as long as the command lasts. */
export interface Connection extends AsyncDisposable {
  readonly client: ApiClient
  readonly vkey: string
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

/**
 * Connects as the signed-in person: to the server elsewhere that they signed in to, unless a data directory is named;
 * else to the one on the data directory, which is started when none runs.
 */
export async function connect(context: Context, dataFlag: string | undefined): Promise<Connection> {
  const elsewhere = dataFlag === undefined ? await serverElsewhere(context) : undefined
  if (elsewhere !== undefined) return elsewhere
  const directory = await chooseDirectory(context, dataFlag)
  const { token, vkey } = await sessionFor(context, directory)
  await checkDataDirectory(directory)
  const { url, release } = await reachServer(context, directory, vkey)
  return { client: new ApiClient(url, token), vkey, [Symbol.asyncDispose]: release }
}

async function serverElsewhere({ environment }: Context): Promise<Connection | undefined> {
  if (environment.dataDirectory !== undefined) return undefined
  const { current = '', sessions } = await readServers(environment)
  const session = sessions[current]
  if (session === undefined) return undefined
  const { token, vkey } = session
  return { client: new ApiClient(current, token), vkey, [Symbol.asyncDispose]: () => Promise.resolve() }
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

interface ReachedServer {
  readonly url: string
  release(): Promise<void>
}

const ATTEMPTS = 25
const ATTEMPT_EVERY_MS = 200

async function reachServer(context: Context, directory: DataDirectory, vkey: string): Promise<ReachedServer> {
  for (let attempt = 1; ; attempt++) {
    const url = await runningServer(directory, vkey)
    if (url !== undefined) return { url, release: () => Promise.resolve() }
    try {
      const server = await startEmbedded(context, directory)
      return { url: server.url, release: closingWhenUnused(context, server) }
    } catch (error) {
      // A server that is starting or ending holds the directory and does not answer: in a moment it does, or is gone.
      const held = isFailure(error, 'storage.data-directory-in-use')
      if (!held || attempt === ATTEMPTS) throw error
      await setTimeout(ATTEMPT_EVERY_MS)
    }
  }
}

async function startEmbedded(context: Context, directory: DataDirectory): Promise<CustodyServer> {
  const config = await readServerConfig(directory.config, secretReader(context))
  return startServer(directory, {
    host: '127.0.0.1',
    port: 0,
    settings: settingsOf(config, 'embedded'),
    report: context.note,
  })
}

/**
 * Gives what closes the server. Other commands use it too while it is there, and a run of theirs must not lose its
 * recorder; runs left over from a server before it cannot reach this one and are not waited for.
 */
function closingWhenUnused(context: Context, { services, close }: CustodyServer): () => Promise<void> {
  const { runs, ledger, settings } = services
  const [startedMs, leftOver] = [performance.now(), runs.openCount]
  const isUsed = () => {
    const stillThere = performance.now() - startedMs < settings.abandonAfterMs ? leftOver : 0
    return runs.openCount > stillThere && ledger.healthy
  }
  return async () => {
    if (isUsed()) {
      context.note(
        'Waiting for another run that is recorded through this command; "custody serve" avoids that.',
      )
    }
    while (isUsed()) await setTimeout(ATTEMPT_EVERY_MS)
    await close()
  }
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
