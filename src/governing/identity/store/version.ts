import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, statements } from './tables.ts'

/** Says to every process that what it remembers of persons, roles and tokens may be out of date. */
export function raiseVersion(): Write {
  return toWrite(
    statements.updateTable('identity_version').set(({ eb }) => ({ version: eb('version', '+', 1) })),
  )
}

export async function currentVersion(db: Db): Promise<number> {
  const row = await db.selectFrom('identity_version').select('version').executeTakeFirst()
  return Number(row?.version ?? 0)
}
