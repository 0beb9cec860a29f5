import { join } from 'node:path'
import { createLedgerKeys, Ledger, type LogSigner, openLedgerKeys } from '../src/recording/ledger/index.ts'
import { PROJECTIONS } from '../src/server/projections.ts'
import { type DatabasePlace, openDatabase } from '../src/storage/index.ts'

/** A real ledger in a directory of its own, without a server around it. */
export async function openBenchLedger(
  directory: string,
  place: DatabasePlace = { engine: 'sqlite', path: join(directory, 'ledger.db') },
): Promise<{ readonly ledger: Ledger; readonly signer: LogSigner; close(): Promise<void> }> {
  await createLedgerKeys(join(directory, 'keys'), 'bench.local/ledger')
  const { log: signer } = await openLedgerKeys(join(directory, 'keys'))
  const database = await openDatabase(place)
  const ledger = await Ledger.open({
    database,
    node: 'n1',
    writerFile: new URL('../src/server/writer-thread.ts', import.meta.url),
    projections: PROJECTIONS,
    signer,
    journalDirectory: join(directory, 'signed'),
  })
  return {
    ledger,
    signer,
    async close() {
      await ledger.close()
      await database.close()
    },
  }
}
