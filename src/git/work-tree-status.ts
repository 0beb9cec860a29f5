import { gitFailures } from './failures.ts'
import { inView } from './own-directory.ts'
import { splitAtNul } from './path-name.ts'
import type { Repository } from './repository.ts'
import { runGit } from './run-git.ts'

/** What differs between HEAD, index and work tree; names as the bytes git gave. */
export interface WorkTreeStatus {
  /** How many tracked names differ. */
  readonly changedTotal: number
  readonly hasMovedSubmodule: boolean
  /** Tracked names to take into a tree as they are now. */
  readonly present: readonly Buffer[]
  /** Tracked names that are gone from the work tree. */
  readonly gone: readonly Buffer[]
  readonly untracked: readonly Buffer[]
}

interface ChangedEntry {
  readonly path: Buffer
  readonly isSubmodule: boolean
  readonly isGone: boolean
  /** No longer in the index; if the file is still there, git lists it as untracked too. */
  readonly isUnstaged: boolean
}

const QUESTION_MARK = 0x3f
// By a record's first letter: how many fields stand before the name, and which one is the mode in the work tree.
const LAYOUTS: Readonly<Record<string, { readonly name: number; readonly mode: number }>> = {
  '1': { name: 8, mode: 5 },
  u: { name: 10, mode: 6 },
}

/** Asks git what changed, looking into files but not into submodules, whose own settings git would obey. */
export async function readStatus(repository: Repository): Promise<WorkTreeStatus> {
  const { stdout } = await runGit(inView(repository), [
    'status',
    '--porcelain=v2',
    '-z',
    '--untracked-files=all',
    '--ignore-submodules=dirty',
    '--no-renames',
  ])
  const records = splitAtNul(stdout)
  const changed = records.filter((record) => record[0] !== QUESTION_MARK).map(parseChanged)
  return {
    changedTotal: changed.length,
    hasMovedSubmodule: changed.some((entry) => entry.isSubmodule),
    present: changed.filter((entry) => !entry.isGone && !entry.isUnstaged).map((entry) => entry.path),
    gone: changed.filter((entry) => entry.isGone && !entry.isUnstaged).map((entry) => entry.path),
    untracked: records.filter((record) => record[0] === QUESTION_MARK).map((record) => record.subarray(2)),
  }
}

/** `1 .M N... 100644 100644 100644 <id> <id> name` */
function parseChanged(record: Buffer): ChangedEntry {
  const kind = record.toString('latin1', 0, 1)
  const layout = LAYOUTS[kind]
  if (layout === undefined) {
    throw gitFailures.create(
      'unexpected-output',
      'git status printed a record of an unknown kind; update Custody.',
    )
  }
  const fields = record.toString('latin1', 0, afterSpaces(record, layout.name)).split(' ')
  return {
    path: record.subarray(afterSpaces(record, layout.name)),
    isSubmodule: fields[2]?.startsWith('S') ?? false,
    isGone: fields[layout.mode] === '000000',
    isUnstaged: kind === '1' && (fields[1]?.startsWith('D') ?? false),
  }
}

function afterSpaces(record: Buffer, count: number): number {
  let position = 0
  for (let i = 0; i < count; i++) position = record.indexOf(0x20, position) + 1
  return position
}
