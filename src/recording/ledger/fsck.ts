import { join } from 'node:path'
import { isFailure } from '../../kernel/index.ts'
import { openReader, systemDisk } from '../../storage/index.ts'
import { logFilesAt } from '../log-files/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  type Checkpoint,
  formatVkey,
  MAX_CHECKPOINT_BYTES,
  readSignedHead,
  TileTree,
  type Vkey,
  verifyLog,
} from '../verify/index.ts'
import { CheckpointJournal } from './journal.ts'
import { EntryStore } from './store.ts'
import { merkle } from './tree.ts'

export interface FsckOptions {
  readonly databasePath: string
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
  const published = await publishedHead(options, findings)
  const signed = await signedHead(options, findings)
  const heads = [published, signed].filter((head) => head !== undefined)
  const { size, roots, problem } = walkDatabase(
    options.databasePath,
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

type Findings = FsckReport['findings'][number][]

async function publishedHead(options: FsckOptions, findings: Findings): Promise<Checkpoint | undefined> {
  const bytes = await logFilesAt(options.logDirectory).read('checkpoint', MAX_CHECKPOINT_BYTES)
  if (bytes === 'missing') return undefined
  const name = 'the published checkpoint'
  const content = typeof bytes === 'string' ? new Uint8Array() : bytes
  return trusted(
    'log',
    readSignedHead(content, { crypto: nodeCrypto, vkeys: [options.vkey], name }),
    findings,
  )
}

async function signedHead(options: FsckOptions, findings: Findings): Promise<Checkpoint | undefined> {
  const note = await CheckpointJournal.lastNote(systemDisk, options.journalDirectory).catch(
    (error: unknown) => {
      if (isFailure(error, 'ledger.contradiction')) return ''
      throw error
    },
  )
  if (note === undefined) return undefined
  const name = `the last checkpoint in ${join(options.journalDirectory, 'checkpoints')}`
  const head = readSignedHead(Buffer.from(note), { crypto: nodeCrypto, vkeys: [options.vkey], name })
  return trusted('journal', head, findings)
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
function walkDatabase(path: string, rootsAt: readonly number[]): Walked & { readonly problem?: string } {
  const database = openReader(path)
  const tree = new TileTree(merkle)
  const roots = new Map<number, Uint8Array>()
  const note = () => {
    if (rootsAt.includes(tree.size)) roots.set(tree.size, tree.root())
  }
  try {
    const store = new EntryStore(database)
    const size = store.size()
    note()
    while (tree.size < size) {
      for (const entry of store.entriesFrom(tree.size, ENTRIES_AT_ONCE)) {
        const problem = growOrSay(tree, store, entry)
        if (problem !== undefined) return { size, roots, problem }
        note()
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
    database.close()
  }
}

function growOrSay(
  tree: TileTree,
  store: EntryStore,
  { index, body, leafHash }: ReturnType<EntryStore['entriesFrom']>[number],
): string | undefined {
  if (index !== tree.size) return `entry ${tree.size} is missing`
  const hash = merkle.leafHash(body)
  if (!Buffer.from(hash).equals(leafHash)) return `entry ${index} has other bytes than its hash says`
  for (const { level, number, hashes } of tree.append(hash)) {
    const [stored] = store.subtrees(level + 1, number, number + 1)
    if (stored === undefined || !Buffer.from(merkle.rootOfHashes(hashes)).equals(stored)) {
      return `the stored hash over the entries up to ${index} (level ${level + 1}, number ${number}) is wrong`
    }
  }
  return undefined
}

async function logFindings({ logDirectory, vkey }: FsckOptions): Promise<FsckReport['findings']> {
  const report = await verifyLog(logFilesAt(logDirectory), { crypto: nodeCrypto, vkeys: [formatVkey(vkey)] })
  return Object.values(report.checks).flatMap((check) =>
    check.problems.map((detail) => ({ part: 'log' as const, detail })),
  )
}
