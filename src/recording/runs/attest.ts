import { type Clock, canonicalJson, type Id, type Ids, timestamp } from '../../kernel/index.ts'
import type { Ledger, StatementSigner, StoredEntry } from '../ledger/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  buildExecutionRecord,
  buildProvenance,
  type EventDraft,
  type RecordedEvent,
  type Statement,
} from '../record/index.ts'
import type { Body, Vault } from '../vault/index.ts'
import {
  attestationEntry,
  createMerkle,
  type Envelope,
  formatEnvelope,
  IN_TOTO_PAYLOAD,
  preAuthEncoding,
  toHex,
} from '../verify/index.ts'

interface AttestDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly signer: StatementSigner
  readonly clock: Clock
  readonly ids: Ids
  /** Version of Custody, named in the provenance. */
  readonly version: string
}

const merkle = createMerkle(nodeCrypto.sha256)
const ENVELOPE_TYPE = 'application/vnd.dsse.envelope+json'

/**
 * Signs the execution record and the provenance of an ended run and logs them: the attestation as an entry of its own
 * (its digest and signature), both envelopes as parts of `evidence.attached`, all in one transaction.
 */
export async function attestRun(run: Id<'run'>, deps: AttestDeps): Promise<void> {
  const { ledger, vault, signer, clock, ids, version } = deps
  const entries = await allEntries(ledger, run)
  const events = entries.map((entry) => JSON.parse(Buffer.from(entry.body).toString()) as RecordedEvent)
  const root = toHex(merkle.rootOfHashes(entries.map((entry) => entry.leafHash)))
  const record = buildExecutionRecord({ events, root })
  const provenance = buildProvenance({ events, record: record.predicate, version })
  const signedRecord = await signStatement(record, signer)
  const bytes = attestationEntry(nodeCrypto.sha256, signedRecord, signer.spkiDer)
  const recordId = ids('evt')
  const event = ids('evt')
  const bodies = {
    record: envelopeBody(signedRecord),
    // A run that changed no repository has no subject that provenance could speak of.
    ...(provenance === undefined
      ? {}
      : { provenance: envelopeBody(await signStatement(provenance, signer)) }),
  }
  const sealed = await vault.seal({ event }, bodies)
  const draft: EventDraft = {
    id: event,
    kind: 'evidence.attached',
    at: timestamp(clock.now()),
    actor: 'system',
    data: { of: run, entry: recordId, key: signer.keyId },
    parts: sealed.parts,
  }
  await ledger.appendTogether(
    [
      { type: 'raw', recordId, kind: 'attestation', bytes },
      { type: 'event', draft },
    ],
    sealed.writes,
  )
}

/** Every entry of a run, however many there are. */
export async function allEntries(ledger: Ledger, run: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for (;;) {
    const page = await ledger.entriesOfRun(run, entries.length)
    if (page.length === 0) return entries
    entries.push(...page)
  }
}

function envelopeBody(envelope: Envelope): Body {
  return { type: ENVELOPE_TYPE, body: Buffer.from(formatEnvelope(envelope)) }
}

async function signStatement(statement: Statement<unknown>, signer: StatementSigner): Promise<Envelope> {
  const payload = Buffer.from(canonicalJson(statement))
  const sig = await signer.sign(preAuthEncoding(IN_TOTO_PAYLOAD, payload))
  return { payloadType: IN_TOTO_PAYLOAD, payload, signatures: [{ keyid: signer.keyId, sig }] }
}
