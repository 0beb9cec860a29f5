import { type Check, judged } from '../bundle/report.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { VerifyCrypto } from '../crypto.ts'
import { equal, toHex } from '../encoding.ts'
import { createMerkle } from '../merkle.ts'
import { parseVkey } from '../note.ts'
import type { WitnessPolicy } from '../witness-policy.ts'
import { judgeWitnesses } from '../witnesses.ts'
import { type LogFiles, unreadSentence } from './log-files.ts'
import { LOG_CHECK_NAMES, type LogCheckName, type LogReport, notLookedAt } from './log-report.ts'
import { type HeadTrust, MAX_CHECKPOINT_BYTES, readSignedHead, type SignedHead } from './signed-head.ts'
import { findStrayFiles } from './stray-files.ts'
import { standingOf, tilePath } from './tile-layout.ts'
import { type EntryWalk, walkEntries } from './walk-entries.ts'

export interface VerifyLogOptions {
  readonly crypto: VerifyCrypto
  /** Log keys you trust, as vkey texts. A log holds no key of its own, so without one nothing verifies. */
  readonly vkeys: readonly string[]
  /** A signed checkpoint of the same log that was kept elsewhere: what tells a rewritten or older log. */
  readonly oldCheckpoint?: Uint8Array
  /** Whose cosignatures the checkpoint must carry. */
  readonly policy?: WitnessPolicy
}

/**
 * Judges a published log from its files alone: reads every entry, computes every tile and the root, and looks for what
 * does not belong. Memory does not grow with the log. Never throws for a bad log; what the port throws goes through.
 */
export async function verifyLog(files: LogFiles, options: VerifyLogOptions): Promise<LogReport> {
  const { crypto, policy } = options
  const vkeys = options.vkeys.flatMap((text) => parseVkey(crypto.sha256, text.trim()) ?? [])
  const first = await readPublished(files)
  if ('problem' in first) return unreadable([first.problem])
  const { checkpoint } = readSignedHead(first.value, { crypto, vkeys, name: 'checkpoint' })
  if (checkpoint === undefined) return unreadable(['checkpoint is not a signed checkpoint'])
  const { oldCheckpoint } = options
  const oldSize = oldCheckpoint && sizeOf(oldCheckpoint, { crypto, vkeys })
  const { origin, size } = checkpoint
  const rootsAt = oldSize === undefined ? [] : [oldSize]
  const walk = await walkEntries(files, createMerkle(crypto.sha256), { size, rootsAt })
  // Which keys count is written in the log itself.
  const trust = { crypto, vkeys, history: walk.keys }
  const head = readSignedHead(first.value, { ...trust, name: 'checkpoint' })
  const old = oldCheckpoint && readSignedHead(oldCheckpoint, { ...trust, name: 'the older checkpoint' })
  const checks: Record<LogCheckName, Check> = {
    checkpoint: judged(head.problems, `signed by the log key of ${origin}`),
    entries: judged(entryProblems(walk, checkpoint), `all ${size} entries give the signed root`),
    files: judged(await fileProblems(files, size, trust), 'nothing but the tiles of this log'),
    history: old === undefined ? NO_HISTORY : judgeHistory(old, checkpoint, walk),
    witnesses: judgeWitnesses(crypto, { note: head.note, policy }),
  }
  const ok = LOG_CHECK_NAMES.every((name) => checks[name].status !== 'failed')
  return { ok, origin, size, root: toHex(checkpoint.root), checks }
}

const NO_HISTORY = notLookedAt(
  'no older checkpoint was given, so a rewritten log or an older copy put back would not show',
)

async function readPublished(
  files: LogFiles,
): Promise<{ readonly value: Uint8Array } | { readonly problem: string }> {
  const bytes = await files.read('checkpoint', MAX_CHECKPOINT_BYTES)
  return typeof bytes === 'string' ? { problem: unreadSentence('checkpoint', bytes) } : { value: bytes }
}

function sizeOf(bytes: Uint8Array, trust: HeadTrust): number | undefined {
  return readSignedHead(bytes, { ...trust, name: '' }).checkpoint?.size
}

function entryProblems({ root, problems }: EntryWalk, checkpoint: Checkpoint): readonly string[] {
  if (root === undefined || equal(root, checkpoint.root)) return problems
  return ['checkpoint: the entries give another root than the signed one', ...problems]
}

/** Tiles beyond the checkpoint are no fault when the log has grown since the checkpoint was read. */
async function fileProblems(files: LogFiles, size: number, trust: HeadTrust): Promise<readonly string[]> {
  const { problems, newer } = await findStrayFiles(files, size)
  if (newer.length === 0) return problems
  const found = await readPublished(files)
  const now = 'value' in found ? readSignedHead(found.value, { ...trust, name: 'checkpoint' }) : undefined
  const sizeNow = now?.problems.length === 0 ? Math.max(size, now.checkpoint?.size ?? 0) : size
  const strays = newer.filter((tile) => standingOf(tile, sizeNow) === 'newer')
  return [
    ...problems,
    ...strays.map((tile) => `${tilePath(tile)} is not part of a log of ${sizeNow} entries`),
  ]
}

function judgeHistory(old: SignedHead, { origin, size }: Checkpoint, walk: EntryWalk): Check {
  const before = old.checkpoint
  if (before === undefined || old.problems.length > 0) return judged(old.problems, '')
  const passed = `the older checkpoint over ${before.size} entries is a prefix of this log`
  if (before.origin !== origin)
    return judged([`the older checkpoint is one of the log ${before.origin}`], passed)
  if (before.size > size) {
    const problem = `the older checkpoint covers ${before.size} entries, this log only ${size}: it was cut or is an older copy`
    return judged([problem], passed)
  }
  const root = walk.roots.get(before.size)
  if (root === undefined) return notLookedAt('the entries could not be read as far as the older checkpoint')
  const rewritten = `the first ${before.size} entries are not those of the older checkpoint: the log was rewritten`
  return judged(equal(root, before.root) ? [] : [rewritten], passed)
}

function unreadable(problems: readonly string[]): LogReport {
  const rest = notLookedAt('there is no checkpoint to hold it against')
  return {
    ok: false,
    checks: {
      checkpoint: judged(problems, ''),
      entries: rest,
      files: rest,
      history: rest,
      witnesses: rest,
    },
  }
}
