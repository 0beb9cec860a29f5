import { parseJsonObject } from '../recording/record/index.ts'
import {
  deletionRecordOf,
  type ErasureRow,
  erasureByEntry,
  type RetentionTables,
} from '../recording/retention/index.ts'
import type { Services } from './composition.ts'
import { serverFailures } from './failures.ts'

/** An erasure with its signed record: the DSSE envelope as it was signed, and the log entry of its attestation. */
export async function deletionRecord(services: Services, entry: number) {
  const reader = services.database.reader<RetentionTables>()
  const erasure = await erasureByEntry(reader, entry)
  const record = erasure && (await deletionRecordOf(reader, erasure.event))
  if (erasure === undefined || record === undefined) {
    throw serverFailures.create(
      'erasure-unknown',
      `Entry ${entry} erased nothing; "custody retention list" shows which did.`,
    )
  }
  const [part] = await services.vault.disclose([record.event])
  const attestation = await services.ledger.entryByRecordId(record.entry)
  return {
    ...told(erasure),
    attestation: attestation?.index,
    envelope: parseJsonObject(Buffer.from(part?.body ?? []).toString()),
  }
}

/** An erasure as the API tells it. */
export function told({ approver, ...erasure }: ErasureRow) {
  return { ...erasure, ...(approver === null ? {} : { approver }) }
}
