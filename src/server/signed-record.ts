import type { ExecutionRecord } from '../recording/record/index.ts'
import { recordOfRun } from '../recording/runs/index.ts'
import { type Envelope, parseEnvelope } from '../recording/verify/index.ts'
import type { Services } from './composition.ts'

/** The signed statements of an ended run, as they were signed. */
export interface SignedRecord {
  readonly record: Envelope
  /** Absent when the run changed no repository. */
  readonly provenance?: Envelope
  readonly predicate: ExecutionRecord
  /** Record id of the log entry of the execution record's attestation. */
  readonly entry: string
}

/** Undefined while the run is open, or closed so recently that nothing is signed yet. */
export async function signedRecordOf(
  { vault, reader }: Pick<Services, 'vault' | 'reader'>,
  run: string,
): Promise<SignedRecord | undefined> {
  const row = await recordOfRun(reader, run)
  if (row === undefined) return undefined
  const envelopes = new Map(
    (await vault.disclose([row.event])).map((part) => [
      part.name,
      parseEnvelope(Buffer.from(part.body).toString()),
    ]),
  )
  const [record, provenance] = [envelopes.get('record'), envelopes.get('provenance')]
  if (record === undefined) return undefined
  const statement = JSON.parse(Buffer.from(record.payload).toString()) as { predicate: ExecutionRecord }
  return {
    record,
    ...(provenance === undefined ? {} : { provenance }),
    predicate: statement.predicate,
    entry: row.entry,
  }
}
