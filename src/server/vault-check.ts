import { createIds, systemClock, systemRandom } from '../kernel/index.ts'
import { EntryReader } from '../recording/ledger/index.ts'
import { openVaultKey, Vault, type VaultTables } from '../recording/vault/index.ts'
import { type DatabasePlace, readDatabase } from '../storage/index.ts'
import type { DataDirectory } from './data-directory.ts'

export interface PartsReport {
  /** How many parts events commit to. */
  readonly parts: number
  /** In the order of the ledger, at most a hundred. */
  readonly findings: readonly { readonly part: 'parts'; readonly detail: string }[]
}

const ENTRIES_AT_ONCE = 500
const MAX_FINDINGS = 100

/**
 * Reads every part to its end, without a server, changing nothing: each is what its event commits to, or was erased by an
 * entry of the log that says so. Throws `vault.key-missing`.
 */
export async function checkEveryPart(directory: DataDirectory, place: DatabasePlace): Promise<PartsReport> {
  const key = await openVaultKey(directory.vaultKey)
  const database = await readDatabase(place)
  try {
    const vault = new Vault({
      key,
      reader: database.reader<VaultTables>(),
      directory: directory.parts,
      clock: systemClock,
      ids: createIds(systemClock, systemRandom),
      write: () => Promise.reject(new Error('a check writes nothing')),
    })
    return await readThrough(vault, new EntryReader(database.reader()))
  } finally {
    await database.close()
  }
}

async function readThrough(vault: Vault, entries: EntryReader): Promise<PartsReport> {
  const findings: PartsReport['findings'][number][] = []
  let parts = 0
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page = await vault.check(entries, { from, limit: ENTRIES_AT_ONCE, deep: true })
    for (const { event, name, problem } of page.broken.slice(0, MAX_FINDINGS - findings.length)) {
      findings.push({ part: 'parts', detail: `${event}/${name} is ${problem}, and no erasure explains it` })
    }
    parts += page.parts
    from = page.next
  }
  return { parts, findings }
}
