import { createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'
import { contradiction } from './contradiction.ts'
import type { LedgerTables } from './entry-reader.ts'

const statements = createStatements<LedgerTables>()

/**
 * Binds the database to the log whose key signs for it: the first one to open it, for ever. Throws
 * `ledger.contradiction` when it is another log's; two keys over one ledger would tell two stories.
 */
export async function bindToLog(
  reader: Reader<LedgerTables>,
  vkey: string,
  write: (writes: readonly Write[]) => Promise<unknown>,
): Promise<void> {
  if ((await boundTo(reader)) === undefined) {
    const unbound = statements.updateTable('ledger_head').set({ vkey }).where('vkey', 'is', null)
    await write([toWrite(unbound)])
  }
  const bound = await boundTo(reader)
  if (bound !== vkey) {
    throw contradiction(`the database is the ledger of ${bound}, and the keys here are those of ${vkey}`)
  }
}

async function boundTo(reader: Reader<LedgerTables>): Promise<string | undefined> {
  const row = await reader.selectFrom('ledger_head').select('vkey').executeTakeFirst()
  return row?.vkey ?? undefined
}
