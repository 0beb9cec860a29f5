import {
  buildBundle,
  type EvidenceSource,
  type KeyChange,
  type LedgerEntry,
  type LoggedKey,
} from '../answering/evidence/index.ts'
import type { Principal } from '../governing/identity/index.ts'
import { timestamp } from '../kernel/index.ts'
import type { KeyRegister, StatementSigner, StoredEntry } from '../recording/ledger/index.ts'
import { allEntries } from '../recording/runs/index.ts'
import type { Services } from './composition.ts'
import { evidenceParts } from './evidence-parts.ts'
import { signedRecordOf } from './signed-record.ts'

interface BundleRequest {
  readonly run: string
  /** Leaves every body out; their commitments stay. */
  readonly withhold: boolean
  /** Who asks: exports are themselves recorded. */
  readonly reader: Principal['id']
}

/** The bundle of an ended run. Rejects with `run.unknown` or `evidence.*`. */
export async function exportBundle(services: Services, request: BundleRequest): Promise<Uint8Array> {
  await services.runs.row(request.run)
  const bytes = await services.keys.withStatementKey((signer) =>
    buildBundle(evidenceSource(services, signer, request.withhold), request.run),
  )
  await services.ledger.append({
    id: services.ids('evt'),
    kind: 'evidence.exported',
    at: timestamp(services.clock.now()),
    actor: request.reader,
    data: { of: request.run, parts: request.withhold ? 'withheld' : 'disclosed', bytes: bytes.byteLength },
  })
  return bytes
}

function evidenceSource(services: Services, signer: StatementSigner, withhold: boolean): EvidenceSource {
  const { ledger, vault, identity, keys, witnesses } = services
  return {
    get vkey() {
      return signingVkey(keys)
    },
    signer,
    entriesOfRun: async (run) => (await allEntries(ledger, run)).map(toLedgerEntry),
    checkpoint: async () => witnesses.cosigned(await ledger.checkpoint()),
    inclusionProof: (index, size) => ledger.inclusionProof(index, size),
    personName: async (id) => (await identity.person(id))?.name,
    statementsOfRun: async (run) => {
      const signed = await signedRecordOf(services, run)
      if (signed === undefined) return []
      const entry = await ledger.entryByRecordId(signed.entry)
      const record = {
        envelope: signed.record,
        ...(entry === undefined ? {} : { entry: toLedgerEntry(entry) }),
      }
      return signed.provenance === undefined ? [record] : [record, { envelope: signed.provenance }]
    },
    keys: () => loggedKeys(services),
    keyChanges: () => keyChanges(services),
    partsOf: (events) => evidenceParts(vault, events, { withhold }),
    erasure: async (index) => {
      const entry = await ledger.entry(index)
      if (entry === undefined) throw new Error(`entry ${index} erased a part and is not in the ledger`)
      return toLedgerEntry(entry)
    },
  }
}

/** Of the log keys that count, the oldest: during a rotation both have signed. */
function signingVkey(keys: KeyRegister): string {
  const counting = keys.list().find(({ use, until }) => use === 'log' && !Number.isFinite(until))
  return counting?.vkey ?? ''
}

/** Every statement key with the entry that made it known. */
async function loggedKeys({ ledger, keys }: Services): Promise<LoggedKey[]> {
  const logged: LoggedKey[] = []
  for (const { use, spki, from } of keys.list()) {
    const entry = use === 'statements' ? await ledger.entry(from) : undefined
    if (entry !== undefined && spki !== undefined) logged.push({ spkiDer: spki, added: toLedgerEntry(entry) })
  }
  return logged
}

/** The log keys that came later, and every revocation. */
async function keyChanges({ ledger, keys }: Services): Promise<KeyChange[]> {
  const changes: KeyChange[] = []
  for (const { change, use, key, index } of keys.history) {
    const entry = change === 'revoked' || use === 'log' ? await ledger.entry(index) : undefined
    if (entry === undefined) continue
    changes.push({
      change: change === 'revoked' ? 'revoked' : 'log',
      keyId: key,
      entry: toLedgerEntry(entry),
    })
  }
  return changes
}

function toLedgerEntry({ index, body }: StoredEntry): LedgerEntry {
  return { index, bytes: body }
}
