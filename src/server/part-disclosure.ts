import { Readable } from 'node:stream'
import type { Person } from '../governing/identity/index.ts'
import { timestamp } from '../kernel/index.ts'
import { parseEvent } from '../recording/record/index.ts'
import type { OpenedPart, PartName } from '../recording/vault/index.ts'
import { formatTlogProof, parseCheckpoint, parseNote, toHex } from '../recording/verify/index.ts'
import type { Services } from './composition.ts'
import type { Answer } from './route.ts'

/** What proves, with the body, that a part is the one an event of the log committed to (docs/record-format.md). */
export interface PartProof {
  readonly v: 1
  readonly event: string
  readonly name: string
  readonly type: string
  readonly bytes: number
  readonly salt: string
  /** The event's entry, exactly as it was hashed, and the proof that it is in the log (C2SP tlog-proof). */
  readonly entry: string
  readonly proof: string
}

/** The body as it comes; that somebody reads it is recorded before the first byte. Throws `vault.*`. */
export async function partBody(services: Services, of: PartName, reader: Person): Promise<Answer> {
  const part = await services.vault.open(of)
  await noteReading(services, of, reader)
  return {
    type: 'application/octet-stream',
    headers: {
      'content-length': String(part.bytes),
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    },
    stream: Readable.from(part.body, { objectMode: false }),
  }
}

/** The proof without the body; with its salt the commitment can be tested, so reading it is recorded as well. */
export async function partProof(services: Services, of: PartName, reader: Person): Promise<PartProof> {
  const { ledger, vault } = services
  const part = await vault.open(of)
  await noteReading(services, of, reader)
  const entry = await ledger.entryByRecordId(of.event)
  const text = entry === undefined ? '' : Buffer.from(entry.body).toString()
  if (entry === undefined || parseEvent(text) === undefined)
    throw new Error(`${of.event} has a part and no entry`)
  const checkpoint = await ledger.checkpoint()
  const size = parseCheckpoint(parseNote(checkpoint)?.text ?? '')?.size ?? 0
  const hashes = await ledger.inclusionProof(entry.index, size)
  const proof = formatTlogProof({ index: entry.index, hashes, checkpoint })
  return { v: 1, ...aboutPart(part), salt: toHex(part.salt), entry: text, proof }
}

function aboutPart({ event, name, type, bytes }: OpenedPart) {
  return { event, name, type, bytes }
}

async function noteReading({ ledger, ids, clock }: Services, of: PartName, reader: Person): Promise<void> {
  const data = { event: of.event, part: of.name }
  const at = timestamp(clock.now())
  await ledger.append({ id: ids('evt'), kind: 'record.read', at, actor: reader.id, data })
}
