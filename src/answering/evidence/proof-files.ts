import { sha256, sha256Hex } from '../../kernel/index.ts'
import {
  erasurePaths,
  formatEnvelope,
  formatTlogProof,
  keyChangePaths,
  keyPaths,
  logId,
  PATHS,
  parseVkey,
  sigstoreBundle,
  toPem,
} from '../../recording/verify/index.ts'
import type { GatheredRun } from './gathered-run.ts'
import type { LedgerEntry } from './source.ts'

/** What shows that all this is in the log: events, statements, checkpoint, keys and proofs. */
export function proofFiles(gathered: GatheredRun): ReadonlyMap<string, Uint8Array> {
  const { entries, record, statements, checkpoint, vkey } = gathered
  const files = new Map<string, Uint8Array>([
    [PATHS.events, Buffer.concat(entries.flatMap(({ bytes }) => [bytes, NEWLINE]))],
    [PATHS.statements, text(statements.map(({ envelope }) => `${formatEnvelope(envelope)}\n`).join(''))],
    [PATHS.checkpoint, text(checkpoint.note)],
    [PATHS.vkey, text(`${vkey}\n`)],
    [PATHS.recordEntry, record.entry.bytes],
    [PATHS.recordProof, proof(gathered, record.entry)],
    [PATHS.sigstore, text(sigstore(gathered))],
  ])
  const closing = entries.at(-1)
  if (closing !== undefined) files.set(PATHS.closingProof, proof(gathered, closing))
  for (const { spkiDer, added } of gathered.keys) {
    const paths = keyPaths(sha256Hex(spkiDer))
    files.set(paths.pem, text(toPem(spkiDer)))
    files.set(paths.entry, added.bytes)
    files.set(paths.proof, proof(gathered, added))
  }
  for (const { change, keyId, entry } of gathered.keyChanges) {
    const paths = keyChangePaths(change, keyId)
    files.set(paths.entry, entry.bytes)
    files.set(paths.proof, proof(gathered, entry))
  }
  for (const erasure of gathered.erasures) {
    const paths = erasurePaths(erasure.index)
    files.set(paths.entry, erasure.bytes)
    files.set(paths.proof, proof(gathered, erasure))
  }
  return files
}

const NEWLINE = Uint8Array.of(0x0a)

function proof({ proofs, checkpoint }: GatheredRun, { index }: LedgerEntry): Uint8Array {
  return text(formatTlogProof({ index, hashes: proofs.get(index) ?? [], checkpoint: checkpoint.note }))
}

function sigstore({ record, proofs, checkpoint, vkey }: GatheredRun): string {
  const key = parseVkey(sha256, vkey)
  if (key === undefined) throw new Error('the vkey of the log is malformed')
  return sigstoreBundle({
    envelope: record.envelope,
    entry: record.entry.bytes,
    index: record.entry.index,
    proof: proofs.get(record.entry.index) ?? [],
    size: checkpoint.size,
    root: checkpoint.root,
    checkpoint: checkpoint.note,
    logId: logId(sha256, key),
  })
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
