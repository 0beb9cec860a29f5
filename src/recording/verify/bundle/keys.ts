import { parseEnvelope } from '../dsse.ts'
import { countsAtEntry, countsAtSize, type KeyEntry, statementKeySpan } from '../key-history.ts'
import { signatureProblem } from '../log/signed-head.ts'
import { formatVkey, type Vkey, verifyNote } from '../note.ts'
import { type BundleContents, signerOf, textOf } from './contents.ts'
import { provenKeyEntries } from './key-entries.ts'
import { PATHS } from './paths.ts'
import { provenIndex } from './proven-index.ts'
import { type Check, judged } from './report.ts'

/**
 * Every statement key was in the log before the record it signed and not revoked by then, and the manifest's key counts under
 * the checkpoint; the log key is one the verifier trusts, or one that such a key has handed over to. A key that was revoked
 * later than the checkpoint cannot be known offline.
 */
export function checkKeys(contents: BundleContents, pinned: readonly Vkey[] | undefined): Check {
  const { entries, problems: unproven } = provenKeyEntries(contents)
  const problems = [
    ...logKeyProblems(contents, { pinned, history: entries }),
    ...unproven,
    ...statementKeyProblems(contents, entries),
    ...manifestKeyProblems(contents, entries),
  ]
  const revoked = entries.filter(({ change }) => change === 'revoked').length
  const later = revoked === 0 ? '' : ` Keys revoked after what they signed here: ${revoked}.`
  if (problems.length > 0 || pinned !== undefined || contents.vkey === undefined) {
    const keys = `The log key is one you trust; keys in the log that signed statements: ${contents.keys.length}.`
    return judged(problems, `${keys}${later}`)
  }
  return {
    status: 'unpinned',
    detail: `The log key was taken from the bundle; compare ${formatVkey(contents.vkey)} with one you trust.${later}`,
    problems: [],
  }
}

function logKeyProblems(
  { vkey, checkpoint, crypto }: BundleContents,
  {
    pinned,
    history,
  }: { readonly pinned: readonly Vkey[] | undefined; readonly history: readonly KeyEntry[] },
): readonly string[] {
  if (vkey === undefined) return [`${PATHS.vkey} is missing or malformed.`]
  if (checkpoint === undefined) return []
  if (verifyNote(crypto, checkpoint.note, [vkey]).length === 0) {
    return [`${PATHS.vkey} is not the key that signed the checkpoint.`]
  }
  const trust = { crypto, vkeys: pinned ?? [vkey], history }
  return signatureProblem(checkpoint.note, checkpoint, trust) === undefined
    ? []
    : ['The log key is not one you trust.']
}

function statementKeyProblems(contents: BundleContents, history: readonly KeyEntry[]): readonly string[] {
  if (contents.keys.length === 0) return ['There is no signing key.']
  const entry = contents.files.get(PATHS.recordEntry)
  const index = entry && provenIndex(contents, entry, PATHS.recordProof)
  const signers = new Set(contents.statements.flatMap(({ signer }) => signer?.id ?? []))
  return [...signers].flatMap((id) => {
    const span = statementKeySpan(history, id)
    if (span === undefined || index === undefined || countsAtEntry(span, index)) return []
    return span.from >= index
      ? [`The signing key ${id} was not in the log before the record it signed.`]
      : [`The signing key ${id} was revoked by entry ${span.until}, before the record it signed was logged.`]
  })
}

function manifestKeyProblems(contents: BundleContents, history: readonly KeyEntry[]): readonly string[] {
  const envelope = parseEnvelope(textOf(contents.files, PATHS.manifestEnvelope) ?? '')
  const signer = envelope && signerOf(contents.crypto, contents.keys, envelope)
  const span = signer && statementKeySpan(history, signer.id)
  if (span === undefined || contents.checkpoint === undefined) return []
  return countsAtSize(span, contents.checkpoint.size)
    ? []
    : [`The signing key ${signer?.id} was revoked by entry ${span.until}, before it signed the manifest.`]
}
