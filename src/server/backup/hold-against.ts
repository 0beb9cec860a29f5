import { EntryReader, type LedgerTables, readKeyHistory, rootAt } from '../../recording/ledger/index.ts'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import { readSignedHead, type Vkey } from '../../recording/verify/index.ts'
import { type DatabasePlace, readDatabase } from '../../storage/index.ts'
import { backupFailures } from './failures.ts'

/** Holds a restored ledger against a checkpoint that was kept elsewhere; `backup.older` or `backup.differs`. */
export async function holdAgainst(old: string, vkey: Vkey, place: DatabasePlace): Promise<void> {
  const database = await readDatabase(place)
  try {
    await compare(old, vkey, new EntryReader(database.reader<LedgerTables>()))
  } finally {
    await database.close()
  }
}

async function compare(old: string, vkey: Vkey, entries: EntryReader): Promise<void> {
  const name = 'the checkpoint given with --old'
  const trust = { crypto: nodeCrypto, vkeys: [vkey], history: await readKeyHistory(entries), name }
  const { checkpoint, problems } = readSignedHead(Buffer.from(old), trust)
  if (checkpoint === undefined || problems.length > 0) {
    throw backupFailures.create('differs', `${problems.join('; ')}; it cannot be compared with the backup.`)
  }
  const { size, root } = checkpoint
  const held = await entries.size()
  if (held < size) {
    const message = `The backup holds ${held} entries, the checkpoint covers ${size}: ${size - held} would be lost. Restore a newer backup, or leave --old out to accept that.`
    throw backupFailures.create('older', message)
  }
  if (Buffer.from(await rootAt(entries, size)).equals(root)) return
  const message = `The first ${size} entries of the backup are not those that the checkpoint was signed over.`
  throw backupFailures.create('differs', message)
}
