import { STATEMENT_TYPE, stringAt } from '../../record/index.ts'
import { formatEnvelope, parseEnvelope } from '../dsse.ts'
import { equal } from '../encoding.ts'
import { type BundleContents, type StatementLine, signerOf, textOf } from './contents.ts'
import { MANIFEST_PAYLOAD, PATHS } from './paths.ts'
import { type Check, judged } from './report.ts'

/** The manifest and every statement are signed by a key of the bundle; whether that key counts is the key check's. */
export function checkSignatures(contents: BundleContents, outerProblems: readonly string[]): Check {
  const problems = [...outerProblems, ...manifestSignatureProblems(contents), ...statementProblems(contents)]
  return judged(
    problems,
    `Signed: the manifest, statements (${contents.statements.length}), and through the manifest every file.`,
  )
}

function manifestSignatureProblems(contents: BundleContents): readonly string[] {
  const text = textOf(contents.files, PATHS.manifestEnvelope) ?? ''
  const envelope = parseEnvelope(text)
  const manifest = contents.files.get(PATHS.manifest)
  if (envelope === undefined || manifest === undefined || `${formatEnvelope(envelope)}\n` !== text) {
    return [`${PATHS.manifestEnvelope} is missing or malformed.`]
  }
  if (envelope.payloadType !== MANIFEST_PAYLOAD || !equal(envelope.payload, manifest)) {
    return [`${PATHS.manifestEnvelope} signs another manifest.`]
  }
  return signerOf(contents.crypto, contents.keys, envelope) === undefined
    ? ['No key of the bundle signed the manifest.']
    : []
}

function statementProblems(contents: BundleContents): readonly string[] {
  const noRecord = contents.record === undefined ? ['There is not exactly one execution record.'] : []
  const ofLines = contents.statements.flatMap((line, i) =>
    isSigned(line) ? [] : [`Statement ${i} is malformed or not signed by a key of the bundle.`],
  )
  return [...noRecord, ...ofLines]
}

function isSigned({ text, envelope, statement, signer }: StatementLine): boolean {
  return (
    envelope !== undefined &&
    formatEnvelope(envelope) === text &&
    stringAt(statement, '_type') === STATEMENT_TYPE &&
    signer !== undefined
  )
}
