import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { checkLedger, EntryReader, type LedgerTables } from '../../recording/ledger/index.ts'
import { copyDatabaseRows, type DatabasePlace, describePlace, openDatabase } from '../../storage/index.ts'
import { type DataDirectory, placeOf } from '../data-directory.ts'
import { serverFailures } from '../failures.ts'
import { makeRoot } from '../initialise.ts'
import { readLogVkey } from '../log-vkey.ts'
import { backupFailures } from './failures.ts'
import { holdAgainst } from './hold-against.ts'
import { type BackupManifest, copyFile, filesBelow, readManifest, syncDirectories } from './manifest.ts'

export interface RestoreOptions {
  readonly from: string
  /** An empty database of PostgreSQL to restore the ledger into, instead of a file. */
  readonly databaseUrl?: string
  /** Where the keys stand when the backup was made without them. */
  readonly keys?: string
  /** A signed checkpoint that was kept elsewhere: the restored ledger must hold everything it covers. */
  readonly old?: string
}

/**
 * Makes a data directory from a backup. Every file is held against the manifest, every entry against the tree and the
 * journal, and all of it against `old`. Throws `backup.*` or `server.already-initialised`; then nothing is left in the
 * data directory.
 */
export async function restore(directory: DataDirectory, options: RestoreOptions): Promise<BackupManifest> {
  const from = resolve(options.from)
  const manifest = await readManifest(from)
  await makeRoot(directory)
  try {
    await copyChecked(directory, from, manifest)
    await takeKeys(directory, manifest, options.keys)
    await checkRestored(directory, manifest, options.old)
    if (options.databaseUrl !== undefined) await moveInto(directory, options.databaseUrl)
  } catch (error) {
    await takeBack(directory)
    throw error
  }
  return manifest
}

async function copyChecked({ root }: DataDirectory, from: string, { files }: BackupManifest): Promise<void> {
  for (const file of files) {
    const copied = await copyFile(file.path, { from, to: root }).catch((cause: unknown) => {
      throw (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? damaged(`${join(from, file.path)} is missing`, cause)
        : cause
    })
    if (copied.sha256 !== file.sha256) throw damaged(`${join(from, file.path)} was changed`)
  }
  await syncDirectories(
    root,
    files.map(({ path }) => path),
  )
}

async function takeKeys(
  { root, names }: DataDirectory,
  { keys: hasKeys }: BackupManifest,
  from: string | undefined,
): Promise<void> {
  if (hasKeys) return
  if (from === undefined) {
    const message = 'This backup was made without keys; give the directory you keep them in with --keys DIR.'
    throw backupFailures.create('keys-missing', message)
  }
  for (const path of await filesBelow(resolve(from), '.')) {
    await copyFile(path, { from: resolve(from), to: join(root, names.keys) })
  }
}

async function checkRestored(
  directory: DataDirectory,
  manifest: BackupManifest,
  old: string | undefined,
): Promise<void> {
  const { journal: journalDirectory, log: logDirectory } = directory
  const vkey = await readLogVkey(directory)
  const database = placeOf(directory, undefined)
  const report = await checkLedger({ database, journalDirectory, logDirectory, vkey })
  const [finding] = report.findings
  if (finding !== undefined) throw damaged(finding.detail)
  if (report.entries !== manifest.entries) throw damaged(`it holds ${report.entries} entries`)
  if (old !== undefined) await holdAgainst(old, vkey, database)
}

async function moveInto(directory: DataDirectory, url: string): Promise<void> {
  const [file, server] = [placeOf(directory, undefined), placeOf(directory, url)]
  await refuseUsed(server)
  await copyDatabaseRows(file, server)
  await rm(directory.database)
}

/** Whatever else is there: nothing of an installation is ever overwritten. */
async function refuseUsed(place: DatabasePlace): Promise<void> {
  const database = await openDatabase(place)
  try {
    if ((await new EntryReader(database.reader<LedgerTables>()).size()) === 0) return
  } finally {
    await database.close()
  }
  const message = `${describePlace(place)} holds a ledger already; name an empty database with --database.`
  throw serverFailures.create('already-initialised', message)
}

/** Only what is ours: the directory may be a mount point with things of others in it. */
async function takeBack({ root, names }: DataDirectory): Promise<void> {
  for (const name of Object.values(names)) await rm(join(root, name), { recursive: true, force: true })
}

function damaged(what: string, cause?: unknown) {
  const message = `The backup cannot be restored: ${what}. Use another backup.`
  return backupFailures.create('damaged', message, cause === undefined ? {} : { cause })
}
