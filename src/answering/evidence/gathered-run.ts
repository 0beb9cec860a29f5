import {
  EXECUTION_RECORD_TYPE,
  parseEvent,
  parseJsonObject,
  type RecordedEvent,
  sealingEvent,
  stringAt,
} from '../../recording/record/index.ts'
import { type Checkpoint, parseCheckpoint, parseNote } from '../../recording/verify/index.ts'
import { evidenceFailures } from './failures.ts'
import type {
  EvidencePart,
  EvidenceSource,
  KeyChange,
  LedgerEntry,
  LoggedKey,
  SignedStatement,
} from './source.ts'

/** Everything a bundle is made of, read once, so that the rest is a pure function of it. */
export interface GatheredRun {
  readonly run: string
  readonly entries: readonly LedgerEntry[]
  readonly events: readonly RecordedEvent[]
  readonly statements: readonly SignedStatement[]
  readonly record: Required<SignedStatement>
  readonly parts: readonly EvidencePart[]
  /** The entries that erased parts of the run, each once. */
  readonly erasures: readonly LedgerEntry[]
  readonly keys: readonly LoggedKey[]
  readonly keyChanges: readonly KeyChange[]
  readonly vkey: string
  readonly checkpoint: Checkpoint & { readonly note: string }
  /** Proofs under the checkpoint, by entry index. */
  readonly proofs: ReadonlyMap<number, readonly Uint8Array[]>
  readonly sponsorName?: string
}

export async function gatherRun(source: EvidenceSource, run: string): Promise<GatheredRun> {
  const entries = await source.entriesOfRun(run)
  const events = entries.map(decode)
  if (sealingEvent(events) === undefined) {
    throw evidenceFailures.create('run-open', `${run} has not ended; wait for its end or stop it.`)
  }
  const statements = await source.statementsOfRun(run)
  const record = executionRecord(statements, run)
  const keys = await source.keys()
  const keyChanges = await source.keyChanges()
  const parts = allParts(events, await source.partsOf(events))
  const erasures = await erasuresOf(source, parts)
  const checkpoint = readCheckpoint(await source.checkpoint())
  const ofKeys = [...keys.map(({ added }) => added), ...keyChanges.map(({ entry }) => entry)]
  const proven = [entries.at(-1), record.entry, ...erasures, ...ofKeys]
  const sponsorName = await source.personName(stringAt(events[0]?.data, 'sponsor') ?? '')
  return {
    ...{ run, entries, events, statements, record, parts, erasures, keys, keyChanges, checkpoint },
    vkey: source.vkey,
    proofs: await proofsOf(source, proven, checkpoint.size),
    ...(sponsorName === undefined ? {} : { sponsorName }),
  }
}

function decode({ bytes, index }: LedgerEntry): RecordedEvent {
  const event = parseEvent(new TextDecoder().decode(bytes))
  if (event === undefined) throw new Error(`entry ${index} of the ledger is not an event`)
  return event
}

function executionRecord(statements: readonly SignedStatement[], run: string): Required<SignedStatement> {
  const record = statements.find(({ envelope }) => {
    const statement = parseJsonObject(new TextDecoder().decode(envelope.payload))
    return stringAt(statement, 'predicateType') === EXECUTION_RECORD_TYPE
  })
  if (record?.entry !== undefined) return { envelope: record.envelope, entry: record.entry }
  throw evidenceFailures.create(
    'record-missing',
    `The record of ${run} is not signed yet; try again in a moment.`,
  )
}

function readCheckpoint(note: string): GatheredRun['checkpoint'] {
  const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '')
  if (checkpoint === undefined) throw new Error('the ledger gave a checkpoint that is not one')
  return { ...checkpoint, note }
}

/** In the order of the events. What the source does not account for is listed as missing: an alarm, not a refusal. */
function allParts(events: readonly RecordedEvent[], parts: readonly EvidencePart[]): readonly EvidencePart[] {
  const byKey = new Map(parts.map((part) => [`${part.event}/${part.name}`, part]))
  return events.flatMap((event) =>
    Object.keys(event.parts ?? {}).map(
      (name): EvidencePart => byKey.get(`${event.id}/${name}`) ?? { event: event.id, name, state: 'missing' },
    ),
  )
}

function erasuresOf(source: EvidenceSource, parts: readonly EvidencePart[]): Promise<readonly LedgerEntry[]> {
  const indexes = parts.flatMap((part) => (part.state === 'erased' ? [part.entry] : []))
  return Promise.all([...new Set(indexes)].map((index) => source.erasure(index)))
}

async function proofsOf(
  source: EvidenceSource,
  entries: readonly (LedgerEntry | undefined)[],
  size: number,
): Promise<GatheredRun['proofs']> {
  const indexes = entries.flatMap((entry) => (entry === undefined ? [] : [entry.index]))
  const proofs = await Promise.all(indexes.map(async (index) => source.inclusionProof(index, size)))
  return new Map(indexes.map((index, i) => [index, proofs[i] ?? []]))
}
