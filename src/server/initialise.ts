import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createRunTokenKey, ORGANISATION, type Person, parsePerson } from '../governing/identity/index.ts'
import { starterWorkflow } from '../governing/workflows/index.ts'
import { createIds, systemClock, systemRandom } from '../kernel/index.ts'
import { createLedgerKeys } from '../recording/ledger/index.ts'
import { createVaultKey } from '../recording/vault/index.ts'
import { makePrivateDirectory, writeDurably } from '../storage/index.ts'
import { openServices } from './composition.ts'
import { starterConfig } from './config/index.ts'
import { checkWritable, type DataDirectory, notWritable } from './data-directory.ts'
import { serverFailures } from './failures.ts'

export interface Initialised {
  readonly person: Person
  /** The first person's session secret; shown to nobody, kept by the CLI. */
  readonly session: string
  readonly vkey: string
}

const SESSION_LIFETIME_MS = 90 * 24 * 3_600_000

/**
 * Makes a data directory: keys only this user can read, configuration, a ready workflow owned by the first person, and
 * that person signed in. Throws `identity.person-malformed`, `storage.data-directory-not-writable` or
 * `server.already-initialised`; an existing installation is never touched.
 */
export async function initialise(
  directory: DataDirectory,
  personText: string,
  database?: InitialDatabase,
): Promise<Initialised> {
  const person = parsePerson(personText)
  await makeRoot(directory)
  await createLedgerKeys(directory.keys, `custody.local/${createIds(systemClock, systemRandom)('led')}`)
  await createVaultKey(directory.vaultKey)
  await createRunTokenKey(directory.runTokenKey, systemRandom)
  await makePrivateDirectory(directory.workflows)
  await writeDurably(join(directory.workflows, 'code-change.yaml'), starterWorkflow(person.email))
  await writeDurably(directory.config, starterConfig(await referenceTo(directory, database)))
  const services = await openServices(directory, {
    ...OFFLINE,
    ...(database === undefined ? {} : { database: database.url }),
  })
  try {
    const { directory: persons, roleGrants, sessions } = services.identity
    // Whoever makes the installation vouches for the address.
    const added = await persons.add({ ...person, emailVerified: true }, 'system')
    await roleGrants.grant(added.id, { role: 'administrator', scope: ORGANISATION }, 'system')
    const session = await sessions.start(added.id, { kind: 'cli', lifetimeMs: SESSION_LIFETIME_MS })
    return { person: added, session: session.token, vkey: services.logVkey }
  } finally {
    await services.close()
  }
}

/** The PostgreSQL that the ledger is to be on. */
export interface InitialDatabase {
  readonly url: string
  /** Whether it is kept in a file of the data directory; otherwise CUSTODY_DATABASE must name it at every start. */
  readonly keep: boolean
}

/** What custody.yaml says of the database: its address holds a password, so it is never written there itself. */
async function referenceTo(
  { keys }: DataDirectory,
  database: InitialDatabase | undefined,
): Promise<string | undefined> {
  if (database?.keep !== true) return undefined
  const path = join(keys, 'database')
  await writeDurably(path, `${database.url}\n`)
  return `file:${path}`
}

/** Settings for a moment without calls or runs. */
const OFFLINE = {
  upstreams: {},
  maxBodyBytes: 0,
  abandonAfterMs: 0,
  tokenLifetimeMs: 0,
  recorder: 'embedded',
} as const

/** Any of these is a sign that somebody's installation, or what is left of it, is there. */
const OURS = ['keys', 'ledger.db', 'custody.yaml', 'workflows', 'parts', 'signed']

/** Takes an empty directory, or makes it; throws as `initialise` does. */
export async function makeRoot({ root }: DataDirectory): Promise<void> {
  const present = await readdir(root).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw notWritable(root, error)
  })
  if (present?.some((name) => OURS.includes(name))) {
    throw serverFailures.create(
      'already-initialised',
      `${root} holds a Custody installation already; use it, or choose another directory with --data.`,
    )
  }
  if (present === undefined) {
    await makeDirectory(root).catch((error: unknown) => {
      throw notWritable(root, error)
    })
  }
  await checkWritable(root)
}

/** Not `recursive`: where the system refuses new names without a reason, as below /proc, Node would try for ever. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT') throw error
    await makeDirectory(dirname(path))
    await mkdir(path, { mode: 0o700 })
  }
}
