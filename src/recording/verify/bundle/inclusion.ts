import { attestationEntry } from '../attestation-entry.ts'
import { equal, utf8 } from '../encoding.ts'
import { signatureProblem } from '../log/signed-head.ts'
import { logId, type Vkey } from '../note.ts'
import { sigstoreBundle } from '../sigstore-bundle.ts'
import { parseTlogProof } from '../tlog-proof.ts'
import { type BundleContents, textOf } from './contents.ts'
import { provenKeyEntries } from './key-entries.ts'
import { PATHS } from './paths.ts'
import { provenIndex } from './proven-index.ts'
import { type Check, judged } from './report.ts'

/** The run's end and the execution record are in the log whose checkpoint the log key signed. */
export function checkInclusion(contents: BundleContents, vkeys: readonly Vkey[]): Check {
  const problems = [
    ...checkpointProblems(contents, vkeys),
    ...closingProblems(contents),
    ...recordProblems(contents),
  ]
  const { origin = '', size = 0 } = contents.checkpoint ?? {}
  return judged(problems, `The run and its record are in the log ${origin} of ${size} entries.`)
}

function checkpointProblems(contents: BundleContents, vkeys: readonly Vkey[]): readonly string[] {
  const { checkpoint, crypto } = contents
  if (checkpoint === undefined) return ['The checkpoint is missing or malformed.']
  const trust = { crypto, vkeys, history: provenKeyEntries(contents).entries }
  const problem = signatureProblem(checkpoint.note, checkpoint, trust)
  return problem === undefined ? [] : [`The checkpoint ${problem}.`]
}

function closingProblems(contents: BundleContents): readonly string[] {
  const closing = contents.lines.at(-1)?.bytes
  if (closing !== undefined && provenIndex(contents, closing, PATHS.closingProof) !== undefined) return []
  return ["The run's last event is not proven to be in the log."]
}

function recordProblems(contents: BundleContents): readonly string[] {
  const { record, checkpoint, vkey, crypto, files } = contents
  const entry = files.get(PATHS.recordEntry)
  if (record?.envelope === undefined || record.signer === undefined || entry === undefined) {
    return ['The execution record has no entry in the log.']
  }
  if (!equal(entry, attestationEntry(crypto.sha256, record.envelope, record.signer.spki))) {
    return [`${PATHS.recordEntry} is not the entry of this execution record.`]
  }
  const index = provenIndex(contents, entry, PATHS.recordProof)
  const proof = parseTlogProof(textOf(files, PATHS.recordProof) ?? '')
  if (index === undefined || proof === undefined || checkpoint === undefined || vkey === undefined) {
    return ['The execution record is not proven to be in the log.']
  }
  const { size, root, text } = checkpoint
  const logged = { envelope: record.envelope, entry, index, proof: proof.hashes, size, root }
  const sigstore = sigstoreBundle({ ...logged, checkpoint: text, logId: logId(crypto.sha256, vkey) })
  const stated = files.get(PATHS.sigstore)
  return stated !== undefined && equal(stated, utf8(sigstore))
    ? []
    : [`${PATHS.sigstore} is not about the execution record.`]
}
