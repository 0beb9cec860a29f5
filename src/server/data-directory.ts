import { access, constants, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Failure } from '../kernel/index.ts'
import { type DatabasePlace, storageFailures } from '../storage/index.ts'

/** Where everything of one Custody installation stands. */
export interface DataDirectory {
  readonly root: string
  /** The files and folders below as they are named in the root. */
  readonly names: typeof NAMES
  readonly config: string
  readonly workflows: string
  readonly database: string
  readonly keys: string
  readonly vaultKey: string
  readonly runTokenKey: string
  readonly journal: string
  readonly parts: string
  /** The published log, as anybody may read it, and beside it what of it is not whole yet. */
  readonly log: string
  readonly unfinishedLog: string
  /** Address and process of the running server, for the CLI. */
  readonly running: string
}

const NAMES = {
  config: 'custody.yaml',
  workflows: 'workflows',
  database: 'ledger.db',
  keys: 'keys',
  journal: 'signed',
  parts: 'parts',
} as const

export function dataDirectoryAt(path: string): DataDirectory {
  const root = resolve(path)
  return {
    root,
    names: NAMES,
    config: join(root, NAMES.config),
    workflows: join(root, NAMES.workflows),
    database: join(root, NAMES.database),
    keys: join(root, NAMES.keys),
    vaultKey: join(root, NAMES.keys, 'vault.key'),
    runTokenKey: join(root, NAMES.keys, 'run-token.key'),
    journal: join(root, NAMES.journal),
    parts: join(root, NAMES.parts),
    log: join(root, 'log'),
    unfinishedLog: join(root, 'log-tmp'),
    running: join(root, 'server.json'),
  }
}

/** Where its ledger is: on a PostgreSQL when an address is given, in its own file otherwise. */
export function placeOf({ database: path }: DataDirectory, url: string | undefined): DatabasePlace {
  return url === undefined ? { engine: 'sqlite', path } : { engine: 'postgres', url }
}

/** Throws `storage.data-directory-missing` or `-not-writable` with what to do, unless the directory can be used. */
export async function checkDataDirectory({ root, keys }: DataDirectory): Promise<void> {
  const found = await stat(keys).catch(() => undefined)
  if (found === undefined) {
    throw storageFailures.create(
      'data-directory-missing',
      `${root} holds no Custody data; make it with: custody init --data ${root} --person 'Name <email>'`,
    )
  }
  await checkWritable(root)
}

/** Throws `storage.data-directory-not-writable` unless files can be made in `path`. */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw notWritable(path, cause)
  }
}

export function notWritable(path: string, cause: unknown): Failure {
  const message = `${path} cannot be written by this user; change its owner or choose another directory with --data.`
  return storageFailures.create('data-directory-not-writable', message, { cause })
}
