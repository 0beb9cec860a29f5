import { join } from 'node:path'
import { isFailure } from '../../kernel/index.ts'
import { type DatabasePlace, readDatabase, systemDisk } from '../../storage/index.ts'
import { logFilesAt } from '../log-files/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { parseEvent } from '../record/index.ts'
import {
  type Checkpoint,
  formatVkey,
  type HeadTrust,
  type KeyEntry,
  MAX_CHECKPOINT_BYTES,
  readSignedHead,
  TileTree,
  type Vkey,
  verifyLog,
} from '../verify/index.ts'
import { EntryReader, type StoredEntry } from './entry-reader.ts'
import { CheckpointJournal } from './journal.ts'
import { brokenLink } from './run-links.ts'
import { readKeyHistory } from './signing/read-key-history.ts'
import { merkle } from './tree.ts'

export interface FsckOptions {
  readonly database: DatabasePlace
  readonly journalDirectory: string
  readonly logDirectory: string
  readonly vkey: Vkey
}

export interface FsckReport {
  readonly ok: boolean
  /** How many entries the database holds. */
  readonly entries: number
  /** How many the visible checkpoint covers; absent when nothing is published. */
  readonly published?: number
  /** Worst first within each part: the first one names the first bad entry or file. */
  readonly findings: readonly { readonly part: 'entries' | 'journal' | 'log'; readonly detail: string }[]
}

const ENTRIES_AT_ONCE = 256

/**
 * Reads everything of a ledger and its published log, changing nothing: every entry with its hash and place in the tree,
 * the last signed checkpoint, and the published log with all its files. A server may be writing meanwhile.
 */
export async function checkLedger(options: FsckOptions): Promise<FsckReport> {
  const findings: FsckReport['findings'][number][] = []
  // In this order each covers at least what the one before does, however the ledger grows meanwhile.
  const history = await historyOf(options.database)
  const published = await publishedHead({ ...options, history }, findings)
  const signed = await signedHead({ ...options, history }, findings)
  const heads = [published, signed].filter((head) => head !== undefined)
  const { size, roots, problem } = await walkDatabase(
    options.database,
    heads.map((head) => head.size),
  )
  if (problem !== undefined) findings.push({ part: 'entries', detail: problem })
  for (const [part, head] of [
    ['journal', signed],
    ['log', published],
  ] as const) {
    const detail = head && disagreement(head, { size, roots, part })
    if (detail !== undefined && problem === undefined) findings.push({ part, detail })
  }
  if (published !== undefined && published.size > (signed?.size ?? 0)) {
    const detail = `the published checkpoint covers ${published.size} entries, the journal only ${signed?.size ?? 0}`
    findings.push({ part: 'journal', detail })
  }
  if (published !== undefined) findings.push(...(await logFindings(options)))
  const entries = { entries: size, ...(published === undefined ? {} : { published: published.size }) }
  return { ok: findings.length === 0, ...entries, findings }
}

type Trusting = FsckOptions & { readonly history: readonly KeyEntry[] }

/** What the log says about its keys; a database that cannot be read is found out later, and named. */
async function historyOf(place: DatabasePlace): Promise<readonly KeyEntry[]> {
  try {
    const database = await readDatabase(place)
    try {
      return await readKeyHistory(new EntryReader(database.reader()))
    } finally {
      await database.close()
    }
  } catch {
    return []
  }
}

type Findings = FsckReport['findings'][number][]

async function publishedHead(options: Trusting, findings: Findings): Promise<Checkpoint | undefined> {
  const bytes = await logFilesAt(options.logDirectory).read('checkpoint', MAX_CHECKPOINT_BYTES)
  if (bytes === 'missing') return undefined
  const name = 'the published checkpoint'
  const content = typeof bytes === 'string' ? new Uint8Array() : bytes
  return trusted('log', readSignedHead(content, { ...trustOf(options), name }), findings)
}

async function signedHead(options: Trusting, findings: Findings): Promise<Checkpoint | undefined> {
  const note = await CheckpointJournal.lastNote(systemDisk, options.journalDirectory).catch(
    (error: unknown) => {
      if (isFailure(error, 'ledger.contradiction')) return ''
      throw error
    },
  )
  if (note === undefined) return undefined
  const name = `the last checkpoint in ${join(options.journalDirectory, 'checkpoints')}`
  const head = readSignedHead(Buffer.from(note), { ...trustOf(options), name })
  return trusted('journal', head, findings)
}

function trustOf({ vkey, history }: Trusting): HeadTrust {
  return { crypto: nodeCrypto, vkeys: [vkey], history }
}

function trusted(
  part: 'journal' | 'log',
  { checkpoint, problems }: ReturnType<typeof readSignedHead>,
  findings: Findings,
): Checkpoint | undefined {
  findings.push(...problems.map((detail) => ({ part, detail })))
  return problems.length === 0 ? checkpoint : undefined
}

interface Walked {
  readonly size: number
  readonly roots: ReadonlyMap<number, Uint8Array>
}

function disagreement(
  { size, root }: Checkpoint,
  walked: Walked & { readonly part: string },
): string | undefined {
  const of = `the checkpoint of the ${walked.part}`
  if (size > walked.size) return `${of} covers ${size} entries, the database holds ${walked.size}`
  const found = walked.roots.get(size)
  if (found !== undefined && Buffer.from(found).equals(root)) return undefined
  return `the first ${size} entries do not give the root of ${of}`
}

/** Ends at the first entry that is not in order. */
async function walkDatabase(
  place: DatabasePlace,
  rootsAt: readonly number[],
): Promise<Walked & { readonly problem?: string }> {
  const database = await readDatabase(place)
  const tree = new TileTree(merkle)
  const roots = new Map<number, Uint8Array>()
  const note = () => {
    if (rootsAt.includes(tree.size)) roots.set(tree.size, tree.root())
  }
  try {
    const entries = new EntryReader(database.reader())
    const size = await entries.size()
    note()
    while (tree.size < size) {
      const page = await entries.entriesFrom(tree.size, ENTRIES_AT_ONCE)
      for (const entry of page) {
        const problem = await growOrSay(tree, entries, entry)
        if (problem !== undefined) return { size, roots, problem }
        note()
      }
      const broken = await brokenLink(entries, page)
      if (broken !== undefined) {
        return { size, roots, problem: `entry ${broken} does not name the one before it in its run` }
      }
    }
    return { size, roots }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error'
    return {
      size: tree.size,
      roots,
      problem: `the database cannot be read after entry ${tree.size - 1}: ${reason}`,
    }
  } finally {
    await database.close()
  }
}

async function growOrSay(
  tree: TileTree,
  entries: EntryReader,
  entry: StoredEntry,
): Promise<string | undefined> {
  const { index, body, leafHash } = entry
  if (index !== tree.size) return `entry ${tree.size} is missing`
  const hash = merkle.leafHash(body)
  if (!Buffer.from(hash).equals(leafHash)) return `entry ${index} has other bytes than its hash says`
  if (!isFiledRightly(entry))
    return `entry ${index} is filed under another id, run or kind than its bytes say`
  for (const { level, number, hashes } of tree.append(hash)) {
    const [stored] = await entries.subtrees(level + 1, number, number + 1)
    if (stored === undefined || !Buffer.from(merkle.rootOfHashes(hashes)).equals(stored)) {
      return `the stored hash over the entries up to ${index} (level ${level + 1}, number ${number}) is wrong`
    }
  }
  return undefined
}

/** Readers find an event by these columns; of an entry that is no event they say more than its bytes. */
function isFiledRightly({ recordId, kind, run, seq, body }: StoredEntry): boolean {
  const event = parseEvent(Buffer.from(body).toString())
  if (event === undefined) return run === undefined && seq === undefined
  return event.id === recordId && event.kind === kind && event.run === run && event.seq === seq
}

async function logFindings({ logDirectory, vkey }: FsckOptions): Promise<FsckReport['findings']> {
  const report = await verifyLog(logFilesAt(logDirectory), { crypto: nodeCrypto, vkeys: [formatVkey(vkey)] })
  return Object.values(report.checks).flatMap((check) =>
    check.problems.map((detail) => ({ part: 'log' as const, detail })),
  )
}
