import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EntryReader, type LedgerTables } from '../../recording/ledger/index.ts'
import { largePartFiles, type VaultTables } from '../../recording/vault/index.ts'
import { copyDatabaseRows, type DatabasePlace, readDatabase, snapshotDatabase } from '../../storage/index.ts'
import type { DataDirectory } from '../data-directory.ts'
import { type BackupFile, copyFile, rowOf } from './manifest.ts'

export interface CopiedDatabase {
  readonly entries: number
  readonly files: readonly BackupFile[]
  /** Files of parts that the database names and the installation lacks. */
  readonly missing: readonly string[]
}

/**
 * Copies the database and the files of the large parts that it names. A part that is erased while this goes on is in
 * the snapshot, but its file is gone; then the snapshot is made again. A file that was gone before a snapshot which
 * still names it is really missing.
 */
export async function copyDatabase(
  { root, names }: DataDirectory,
  place: DatabasePlace,
  out: string,
): Promise<CopiedDatabase> {
  const copies = new Map<string, BackupFile>()
  const gone = new Set<string>()
  for (;;) {
    await rm(join(out, names.database), { force: true })
    await snapshot(place, join(out, names.database))
    const { entries, parts } = await contentsOf(join(out, names.database))
    const named = new Set(parts.map((file) => join(names.parts, file)))
    const goneNow = await copyNew(named, { copies, gone, from: root, to: out })
    if (goneNow.length === 0) {
      const files = [await rowOf(out, names.database), ...(await keepOnly(named, copies, out))]
      return { entries, files, missing: [...named].filter((path) => gone.has(path)) }
    }
    for (const path of goneNow) gone.add(path)
  }
}

/** A file of SQLite whichever engine it was made from, so that one kind of backup can be restored into either. */
function snapshot(place: DatabasePlace, path: string): Promise<void> {
  return place.engine === 'sqlite'
    ? snapshotDatabase(place.path, path)
    : copyDatabaseRows(place, { engine: 'sqlite', path })
}

async function contentsOf(path: string) {
  const database = await readDatabase({ engine: 'sqlite', path })
  try {
    const reader = database.reader<LedgerTables & VaultTables>()
    return { entries: await new EntryReader(reader).size(), parts: await largePartFiles(reader) }
  } finally {
    await database.close()
  }
}

interface CopyState {
  readonly copies: Map<string, BackupFile>
  readonly gone: ReadonlySet<string>
  readonly from: string
  readonly to: string
}

/** Copies what has not been copied yet; answers what was there when this began to be named and is not any more. */
async function copyNew(named: ReadonlySet<string>, { copies, gone, from, to }: CopyState): Promise<string[]> {
  const goneNow: string[] = []
  for (const path of named) {
    if (copies.has(path) || gone.has(path)) continue
    try {
      copies.set(path, await copyFile(path, { from, to }))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      goneNow.push(path)
    }
  }
  return goneNow
}

/** What was copied for a snapshot that does not count any more has been erased since and must not stay. */
async function keepOnly(
  named: ReadonlySet<string>,
  copies: ReadonlyMap<string, BackupFile>,
  out: string,
): Promise<BackupFile[]> {
  const kept: BackupFile[] = []
  for (const [path, row] of copies) {
    if (named.has(path)) kept.push(row)
    else await rm(join(out, path))
  }
  return kept
}
