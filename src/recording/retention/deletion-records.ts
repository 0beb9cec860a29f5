import { type Clock, canonicalJson, type Ids, isFailure, sha256Hex, timestamp } from '../../kernel/index.ts'
import type { Reader } from '../../storage/index.ts'
import type { KeyRegister, Ledger, StatementSigner } from '../ledger/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { buildDeletionRecord, type EventDraft, parseEvent } from '../record/index.ts'
import type { Vault } from '../vault/index.ts'
import { attestationEntry, formatEnvelope, IN_TOTO_PAYLOAD, preAuthEncoding } from '../verify/index.ts'
import { erasuresWithoutRecord, type RetentionTables } from './store.ts'

interface DeletionRecordDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly reader: Reader<RetentionTables>
  readonly keys: Pick<KeyRegister, 'withStatementKey'>
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Signs what every erasure deleted and logs it, for those that have no such record yet: the attestation as an entry of its
 * own, the envelope as a part of `evidence.attached`. The record names events, parts and runs, never what they held.
 */
export async function signDeletionRecords(deps: DeletionRecordDeps): Promise<void> {
  const unsigned = await erasuresWithoutRecord(deps.reader)
  try {
    for (const { event } of unsigned) {
      await deps.keys.withStatementKey((signer) => signDeletionRecord(event, signer, deps))
    }
  } catch (error) {
    // What is erased is erased; its record is signed as soon as there is a signature to be had.
    if (!isFailure(error, 'ledger.signer-unavailable')) throw error
  }
}

async function signDeletionRecord(
  erasure: string,
  signer: StatementSigner,
  deps: DeletionRecordDeps,
): Promise<void> {
  const { ledger, vault, clock, ids } = deps
  const entry = await ledger.entryByRecordId(erasure)
  const event = entry === undefined ? undefined : parseEvent(Buffer.from(entry.body).toString())
  if (entry === undefined || event === undefined) throw new Error('an erasure has no entry')
  const statement = buildDeletionRecord(event, { index: entry.index, sha256: sha256Hex(entry.body) })
  const payload = Buffer.from(canonicalJson(statement))
  const sig = await signer.sign(preAuthEncoding(IN_TOTO_PAYLOAD, payload))
  const envelope = { payloadType: IN_TOTO_PAYLOAD, payload, signatures: [{ keyid: signer.keyId, sig }] }
  const [recordId, id] = [ids('evt'), ids('evt')]
  const body = Buffer.from(formatEnvelope(envelope))
  const sealed = await vault.seal({ event: id }, { record: { type: ENVELOPE_TYPE, body } })
  const draft: EventDraft = {
    id,
    kind: 'evidence.attached',
    at: timestamp(clock.now()),
    actor: 'system',
    data: { of: erasure, entry: recordId, key: signer.keyId },
    parts: sealed.parts,
  }
  const bytes = attestationEntry(nodeCrypto.sha256, envelope, signer.spkiDer)
  await ledger.appendTogether(
    [
      { type: 'raw', recordId, kind: 'attestation', bytes },
      { type: 'event', draft },
    ],
    sealed.writes,
  )
}

const ENVELOPE_TYPE = 'application/vnd.dsse.envelope+json'
