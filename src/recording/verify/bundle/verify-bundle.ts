import type { VerifyCrypto } from '../crypto.ts'
import { parseVkey, type Vkey } from '../note.ts'
import type { WitnessPolicy } from '../witness-policy.ts'
import { judgeWitnesses } from '../witnesses.ts'
import { readZip } from '../zip-reader.ts'
import { checkCompleteness } from './completeness.ts'
import { type BundleContents, readContents } from './contents.ts'
import { checkCoverage } from './coverage.ts'
import { checkInclusion } from './inclusion.ts'
import { checkKeys } from './keys.ts'
import { manifestProblems } from './manifest.ts'
import { checkParts, countParts } from './parts.ts'
import { type BundleCounts, type BundleReport, CHECK_NAMES, type Check, type CheckName } from './report.ts'
import { checkSignatures } from './signatures.ts'

export interface VerifyBundleOptions {
  readonly crypto: VerifyCrypto
  /** Log keys you trust, as vkey texts. Without any, the bundle's own is used and the key check says `unpinned`. */
  readonly pinnedVkeys?: readonly string[]
  /** Whose cosignatures the checkpoint must carry. */
  readonly policy?: WitnessPolicy
}

/**
 * Judges a bundle from its bytes alone. Every byte of the file counts: whatever was changed shows as a failed check.
 * Never throws for a bad bundle, whoever made it.
 */
export function verifyBundle(bytes: Uint8Array, options: VerifyBundleOptions): BundleReport {
  const zip = readZip(bytes)
  if (!zip.ok) return unreadable(zip.problem)
  const contents = readContents(options.crypto, zip.files)
  const counts = countContents(contents)
  const pinned = options.pinnedVkeys && parsePinned(options.crypto, options.pinnedVkeys)
  const checks: Record<CheckName, Check> = {
    signatures: checkSignatures(contents, [...zip.problems, ...manifestProblems(contents, counts)]),
    inclusion: checkInclusion(contents, pinned ?? (contents.vkey === undefined ? [] : [contents.vkey])),
    completeness: checkCompleteness(contents),
    parts: checkParts(contents),
    coverage: checkCoverage(contents),
    keys: checkKeys(contents, pinned),
    approvals: { status: 'not-present', detail: 'The run asked for no approval.', problems: [] },
  }
  const run = contents.events[0]?.run
  const { policy } = options
  const witnesses = policy && judgeWitnesses(options.crypto, { note: contents.checkpoint?.note, policy })
  return {
    ok: isGood(checks) && witnesses?.status !== 'failed',
    ...(run === undefined ? {} : { run }),
    checks,
    ...(witnesses === undefined ? {} : { witnesses }),
    counts,
  }
}

function isGood(checks: BundleReport['checks']): boolean {
  return CHECK_NAMES.every((name) => checks[name].status !== 'failed')
}

/** A vkey that does not parse trusts nothing; it must not fall back to the bundle's own key. */
function parsePinned(crypto: VerifyCrypto, texts: readonly string[]): readonly Vkey[] {
  return texts.flatMap((text) => parseVkey(crypto.sha256, text.trim()) ?? [])
}

function countContents(contents: BundleContents): BundleCounts {
  return {
    files: contents.files.size,
    events: contents.lines.length,
    statements: contents.statements.length,
    ...countParts(contents),
  }
}

function unreadable(problem: string): BundleReport {
  const failed: Check = { status: 'failed', detail: problem, problems: [problem] }
  const checks = Object.fromEntries(CHECK_NAMES.map((name) => [name, failed])) as Record<CheckName, Check>
  const counts = { files: 0, events: 0, statements: 0, parts: 0, disclosed: 0, withheld: 0, erased: 0 }
  return { ok: false, checks, counts }
}
