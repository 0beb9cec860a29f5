import {
  EXECUTION_RECORD_TYPE,
  type JsonObject,
  MAX_ENTRY_BYTES,
  parseEvent,
  parseJsonObject,
  type RecordedEvent,
  stringAt,
} from '../../record/index.ts'
import { isModest } from '../canonical.ts'
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts'
import type { VerifyCrypto } from '../crypto.ts'
import { type Envelope, IN_TOTO_PAYLOAD, parseEnvelope, verifyEnvelope } from '../dsse.ts'
import { fromUtf8, toHex } from '../encoding.ts'
import { createMerkle, type Merkle } from '../merkle.ts'
import { type Note, parseNote, parseVkey, type Vkey } from '../note.ts'
import { fromPem } from '../spki.ts'
import type { Files } from '../zip-layout.ts'
import { keyIdOfPath, PATHS } from './paths.ts'

/** A bundle taken apart. Whatever could not be read is absent; the check that needs it says so. */
export interface BundleContents {
  readonly crypto: VerifyCrypto
  readonly merkle: Merkle
  readonly files: Files
  readonly checkpoint?: ReadCheckpoint
  readonly vkey?: Vkey
  readonly keys: readonly StatementKey[]
  readonly lines: readonly EventLine[]
  /** The events of the lines that hold one. */
  readonly events: readonly RecordedEvent[]
  readonly statements: readonly StatementLine[]
  /** The one execution record among the statements. */
  readonly record?: StatementLine
}

export interface ReadCheckpoint extends Checkpoint {
  readonly text: string
  readonly note: Note
}

export interface StatementKey {
  /** Hex SHA-256 of the SPKI DER. */
  readonly id: string
  readonly spki: Uint8Array
}

export interface EventLine {
  /** The entry's bytes as they were hashed into the log. */
  readonly bytes: Uint8Array
  readonly leafHash: Uint8Array
  readonly event?: RecordedEvent
}

export interface StatementLine {
  readonly text: string
  readonly envelope?: Envelope
  readonly statement?: JsonObject
  /** The bundle's key whose signature on the envelope is good. */
  readonly signer?: StatementKey
}

export function readContents(crypto: VerifyCrypto, files: Files): BundleContents {
  const merkle = createMerkle(crypto.sha256)
  const lines = readLines(files.get(PATHS.events), (bytes) => readEventLine(merkle, bytes), 'event')
  const keys = readKeys(crypto, files)
  const readStatement = (line: Uint8Array) => readStatementLine(crypto, keys, line)
  const statements = readLines(files.get(PATHS.statements), readStatement, 'envelope')
  const records = statements.filter(
    ({ statement }) => stringAt(statement, 'predicateType') === EXECUTION_RECORD_TYPE,
  )
  return {
    crypto,
    merkle,
    files,
    ...present('checkpoint', readCheckpoint(textOf(files, PATHS.checkpoint))),
    ...present('vkey', readVkey(crypto, textOf(files, PATHS.vkey))),
    keys,
    lines,
    events: lines.flatMap(({ event }) => (event === undefined ? [] : [event])),
    statements,
    ...(records.length === 1 ? present('record', records[0]) : {}),
  }
}

/** The file's text; undefined when it is missing or not UTF-8. */
export function textOf(files: Files, path: string): string | undefined {
  const bytes = files.get(path)
  return bytes === undefined ? undefined : fromUtf8(bytes)
}

/**
 * The lines of a file in which each line, the last as well, ends in a newline; a rest without one counts as a line. Reads as
 * far as the first line that does not hold what it must: a file of a million empty lines is read no further than that.
 */
function readLines<Name extends string, Line extends { readonly [key in Name]?: unknown }>(
  bytes: Uint8Array = new Uint8Array(),
  read: (line: Uint8Array) => Line,
  must: Name,
): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline < 0 ? bytes.length : newline
    const line = read(bytes.subarray(start, end))
    lines.push(line)
    if (line[must] === undefined) break
    start = end + 1
  }
  return lines
}

function readEventLine(merkle: Merkle, bytes: Uint8Array): EventLine {
  const text = bytes.length > MAX_ENTRY_BYTES ? '' : (fromUtf8(bytes) ?? '')
  return { bytes, leafHash: merkle.leafHash(bytes), ...present('event', parseEvent(text)) }
}

function readStatementLine(
  crypto: VerifyCrypto,
  keys: readonly StatementKey[],
  bytes: Uint8Array,
): StatementLine {
  const text = fromUtf8(bytes) ?? ''
  const envelope = parseEnvelope(text)
  if (envelope === undefined || envelope.payloadType !== IN_TOTO_PAYLOAD) return { text }
  const payload = fromUtf8(envelope.payload) ?? ''
  const statement = isModest(payload) ? parseJsonObject(payload) : undefined
  const signer = signerOf(crypto, keys, envelope)
  return { text, envelope, ...present('statement', statement), ...present('signer', signer) }
}

/** The key that made the envelope's one signature. */
export function signerOf(
  crypto: VerifyCrypto,
  keys: readonly StatementKey[],
  envelope: Envelope,
): StatementKey | undefined {
  const [hint, ...more] = envelope.signatures
  if (hint === undefined || more.length > 0) return undefined
  // The hint picks the key to try; the signature decides.
  const key = keys.find(({ id }) => id === hint.keyid)
  if (key === undefined) return undefined
  return verifyEnvelope(crypto, envelope, [key.spki]).length === 1 ? key : undefined
}

function readCheckpoint(text: string | undefined): ReadCheckpoint | undefined {
  const note = text === undefined ? undefined : parseNote(text)
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text)
  if (text === undefined || note === undefined || checkpoint === undefined) return undefined
  return { ...checkpoint, text, note }
}

function readVkey(crypto: VerifyCrypto, text: string | undefined): Vkey | undefined {
  return text?.endsWith('\n') ? parseVkey(crypto.sha256, text.slice(0, -1)) : undefined
}

/** Far more than a run has; a bundle of a million keys would take as long as its maker likes. */
const MAX_KEYS = 100

/** Keys whose file is spelled and named as it must be; other files in `keys/` are found by the manifest check. */
function readKeys(crypto: VerifyCrypto, files: Files): readonly StatementKey[] {
  const keys = [...files.keys()].flatMap((path) => {
    const id = keyIdOfPath(path)
    const spki = id === undefined ? undefined : fromPem(textOf(files, path) ?? '')
    if (id === undefined || spki === undefined || toHex(crypto.sha256(spki)) !== id) return []
    return [{ id, spki }]
  })
  return keys.slice(0, MAX_KEYS)
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value }
}
