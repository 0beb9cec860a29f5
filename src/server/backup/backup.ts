import { access, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { timestamp } from '../../kernel/index.ts'
import { type DatabasePlace, writeDurably } from '../../storage/index.ts'
import type { DataDirectory } from '../data-directory.ts'
import { copyDatabase } from './copy-database.ts'
import { backupFailures } from './failures.ts'
import {
  type BackupFile,
  type BackupManifest,
  copyFile,
  filesBelow,
  MANIFEST,
  syncDirectories,
} from './manifest.ts'

export interface BackupOptions {
  readonly place: DatabasePlace
  /** A new or empty directory outside the data directory. */
  readonly out: string
  /** Without keys a backup is of no use to a thief, nor to anybody who does not keep `keys/` elsewhere. */
  readonly withKeys: boolean
  readonly nowMs: number
}

/**
 * Copies an installation into `out` while its server goes on. The journal of signed checkpoints is copied before the
 * database, and large parts after it, so that nothing in the backup refers to what it lacks. Throws
 * `backup.target-not-empty`; what was interrupted has no manifest and is no backup.
 */
export async function backUp(
  directory: DataDirectory,
  { place, out, withKeys, nowMs }: BackupOptions,
): Promise<BackupManifest> {
  const { root, names } = directory
  await takeTarget(out)
  const journal = await copyEach(await filesBelow(root, names.journal), { from: root, to: out })
  const { entries, missing, files: data } = await copyDatabase(directory, place, out)
  const settings = await copyEach(await settingsOf(directory, withKeys), { from: root, to: out })
  const files = [...journal, ...data, ...settings]
  const paths = files.map(({ path }) => path)
  await syncDirectories(out, paths)
  const madeAt = timestamp(nowMs)
  const manifest: BackupManifest = {
    ...{ v: 1, madeAt, engine: place.engine, entries, keys: withKeys },
    ...{ missing: [...missing], files },
  }
  await writeDurably(join(out, MANIFEST), `${JSON.stringify(manifest, undefined, 1)}\n`)
  return manifest
}

async function takeTarget(out: string): Promise<void> {
  await mkdir(out, { recursive: true, mode: 0o700 })
  if ((await readdir(out)).length === 0) return
  throw backupFailures.create('target-not-empty', `${out} is not empty; choose a new directory with --out.`)
}

async function copyEach(
  paths: readonly string[],
  roots: { readonly from: string; readonly to: string },
): Promise<BackupFile[]> {
  const files: BackupFile[] = []
  for (const path of paths) files.push(await copyFile(path, roots))
  return files
}

async function settingsOf(directory: DataDirectory, withKeys: boolean): Promise<string[]> {
  const { root, names, config } = directory
  // Of the database, which a restored installation must not share with this one.
  const address = join(names.keys, 'database')
  const hasConfig = await access(config).then(
    () => true,
    () => false,
  )
  return [
    ...(hasConfig ? [names.config] : []),
    ...(await filesBelow(root, names.workflows)),
    ...(withKeys ? (await filesBelow(root, names.keys)).filter((path) => path !== address) : []),
  ]
}
