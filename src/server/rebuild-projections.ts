import { type Rebuilt, rebuild } from '../recording/ledger/index.ts'
import { lockDirectory } from '../storage/index.ts'
import { type DataDirectory, placeOf } from './data-directory.ts'
import { PROJECTED_TABLES, PROJECTIONS } from './projections.ts'

/**
 * Recomputes every derived table from the entries and tells what differed; with `keep` false nothing is changed.
 * Throws `storage.data-directory-in-use` while a server runs on the data directory.
 */
export async function rebuildProjections(
  directory: DataDirectory,
  { databaseUrl, keep }: { readonly databaseUrl: string | undefined; readonly keep: boolean },
): Promise<Rebuilt> {
  const lock = lockDirectory(directory.root)
  try {
    const place = placeOf(directory, databaseUrl)
    return await rebuild({ place, projections: PROJECTIONS, tables: PROJECTED_TABLES, keep })
  } finally {
    lock.release()
  }
}
