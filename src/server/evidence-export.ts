import {
  buildBundle,
  type EvidencePart,
  type EvidenceSource,
  type LedgerEntry,
  type LoggedKey,
} from '../answering/evidence/index.ts'
import { type Id, timestamp } from '../kernel/index.ts'
import type { StoredEntry } from '../recording/ledger/index.ts'
import type { RecordedEvent } from '../recording/record/index.ts'
import { allEntries } from '../recording/runs/index.ts'
import type { Services } from './composition.ts'
import { signedRecordOf } from './signed-record.ts'

interface BundleRequest {
  readonly run: string
  /** Leaves every body out; their commitments stay. */
  readonly withhold: boolean
  /** Who asks: exports are themselves recorded. */
  readonly reader: Id<'per'>
}

/** The bundle of an ended run. Rejects with `run.unknown` or `evidence.*`. */
export async function exportBundle(services: Services, request: BundleRequest): Promise<Uint8Array> {
  await services.runs.row(request.run)
  const bytes = await buildBundle(evidenceSource(services, request.withhold), request.run)
  await services.ledger.append({
    id: services.ids('evt'),
    kind: 'evidence.exported',
    at: timestamp(services.clock.now()),
    actor: request.reader,
    data: { of: request.run, parts: request.withhold ? 'withheld' : 'disclosed', bytes: bytes.byteLength },
  })
  return bytes
}

function evidenceSource(services: Services, withhold: boolean): EvidenceSource {
  const { ledger, vault, identity, signer, logVkey } = services
  return {
    vkey: logVkey,
    signer,
    entriesOfRun: (run) => allEntries(ledger, run).map(toLedgerEntry),
    checkpoint: () => ledger.checkpoint(),
    inclusionProof: (index, size) => ledger.inclusionProof(index, size),
    personName: async (id) => (await identity.person(id))?.name,
    statementsOfRun: async (run) => {
      const signed = await signedRecordOf(services, run)
      if (signed === undefined) return []
      const entry = ledger.entryByRecordId(signed.entry)
      const record = {
        envelope: signed.record,
        ...(entry === undefined ? {} : { entry: toLedgerEntry(entry) }),
      }
      return signed.provenance === undefined ? [record] : [record, { envelope: signed.provenance }]
    },
    keys: () => Promise.resolve(loggedKeys(services)),
    partsOf: async (events) => (withhold ? withheld(events) : disclosed(events, vault)),
  }
}

async function disclosed(
  events: readonly RecordedEvent[],
  vault: Services['vault'],
): Promise<readonly EvidencePart[]> {
  const parts = await vault.disclose(events.map((event) => event.id))
  return parts.map(({ event, name, body, salt }) => ({ event, name, state: 'disclosed', body, salt }))
}

function withheld(events: readonly RecordedEvent[]): readonly EvidencePart[] {
  return events.flatMap((event) =>
    Object.keys(event.parts ?? {}).map((name) => ({ event: event.id, name, state: 'withheld' as const })),
  )
}

/** The statement key with the entry that made it known. */
function loggedKeys({ ledger, signer }: Services): LoggedKey[] {
  return ledger
    .entriesOfKind('key.added')
    .filter((entry) => Buffer.from(entry.body).includes(signer.keyId))
    .map((entry) => ({ spkiDer: signer.spkiDer, added: toLedgerEntry(entry) }))
}

function toLedgerEntry({ index, body }: StoredEntry): LedgerEntry {
  return { index, bytes: body }
}
