import { inView } from './own-directory.ts'
import { joinWithNul, pathText, splitAtNul } from './path-name.ts'
import { inRepository, type Repository } from './repository.ts'
import { type GitPlace, runGit } from './run-git.ts'

export interface Submodule {
  readonly path: string
  /** The commit checked out there; where none is, the one the index names. */
  readonly commit: string
}

export interface IndexEntries {
  readonly submodules: readonly Submodule[]
  /** Entries whose changes git was told not to look at. An agent could hide a change that way. */
  readonly assumedUnchanged: readonly Buffer[]
}

/** Reads the repository's own index. */
export async function readIndexEntries(repository: Repository): Promise<IndexEntries> {
  const entries = await listIndex(inRepository(repository))
  return {
    submodules: submodulesOf(entries),
    assumedUnchanged: entries.filter((entry) => isLowerCase(entry.tag)).map((entry) => entry.path),
  }
}

/** Submodules as our copy of the index has them after the work tree was taken into it. */
export async function readCheckedOutSubmodules(repository: Repository): Promise<readonly Submodule[]> {
  return submodulesOf(await listIndex(inView(repository)))
}

/** Makes our copy of the index look at these entries again. */
export async function lookAgain(repository: Repository, paths: readonly Buffer[]): Promise<void> {
  if (paths.length === 0) return
  const args = ['update-index', '--no-assume-unchanged', '-z', '--stdin']
  await runGit(inView(repository), args, { input: joinWithNul(paths) })
}

interface IndexEntry {
  readonly tag: number
  readonly mode: string
  readonly id: string
  readonly path: Buffer
}

async function listIndex(place: GitPlace): Promise<readonly IndexEntry[]> {
  const { stdout } = await runGit(place, ['ls-files', '--stage', '-v', '-z'])
  return splitAtNul(stdout).map(parseEntry).filter(isWorthKeeping)
}

/** `H 100644 <id> 0<tab>name` */
function parseEntry(record: Buffer): IndexEntry {
  const tab = record.indexOf(0x09)
  const [, mode = '', id = ''] = record.toString('latin1', 0, tab).split(' ')
  return { tag: record[0] ?? 0, mode, id, path: record.subarray(tab + 1) }
}

function isWorthKeeping(entry: IndexEntry): boolean {
  return entry.mode === '160000' || isLowerCase(entry.tag)
}

function submodulesOf(entries: readonly IndexEntry[]): readonly Submodule[] {
  return entries
    .filter((entry) => entry.mode === '160000')
    .map((entry) => ({ path: pathText(entry.path), commit: entry.id }))
}

function isLowerCase(letter: number): boolean {
  return letter >= 0x61 && letter <= 0x7a
}
