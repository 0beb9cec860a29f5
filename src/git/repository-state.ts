import { isFailure } from '../kernel/index.ts'
import { lookAgain, readCheckedOutSubmodules, readIndexEntries, type Submodule } from './index-entries.ts'
import { layOutOwnDirectory } from './own-directory.ts'
import { readPatch } from './patch.ts'
import { type Head, type Ref, readHead, readRefs } from './refs.ts'
import { emptyTree, type Repository } from './repository.ts'
import { type Remote, readConfig } from './repository-config.ts'
import { digestUntracked, type UntrackedFile, type UntrackedFiles } from './untracked-files.ts'
import { snapshotWith } from './work-tree-snapshot.ts'
import { readStatus, type WorkTreeStatus } from './work-tree-status.ts'

/** Everything that says in which state a repository was at one moment. */
export interface RepositoryState extends Head {
  readonly path: string
  readonly refs: readonly Ref[]
  readonly remotes: readonly Remote[]
  readonly submodules: readonly Submodule[]
  /** No tracked file differs from HEAD; untracked files are told apart. */
  readonly clean: boolean
  /** Staged and unstaged changes against HEAD; empty when clean; absent when it has more than 32 MiB. */
  readonly patch?: Buffer
  /** How many tracked files differ from HEAD. */
  readonly changedTotal: number
  /** Files git neither tracks nor ignores; at most 10,000, `untrackedTotal` counts all. */
  readonly untracked: readonly UntrackedFile[]
  readonly untrackedTotal: number
  /** The tree of HEAD with all changes and untracked files; absent when those are too many or could not be read. */
  readonly workTree?: string
}

const MAX_SNAPSHOT_BYTES = 512 * 1024 * 1024

/**
 * Reads the state of a repository and changes nothing in it: what must be written is written in our own directory,
 * where trees and contents stay readable until `closeRepository`. Nothing the repository configures is run. Files are
 * taken as they are in the work tree, without the filters a repository may name. Throws `git.*` for a damaged one.
 */
export async function readState(repository: Repository): Promise<RepositoryState> {
  const [head, refs, config, entries] = await Promise.all([
    readHead(repository),
    readRefs(repository),
    readConfig(repository),
    readIndexEntries(repository),
  ])
  await layOutOwnDirectory(repository, head.commit, config.contentSettings)
  await lookAgain(repository, entries.assumedUnchanged)
  const status = await readStatus(repository)
  const untracked = await digestUntracked(repository, status.untracked)
  return {
    path: repository.path,
    ...head,
    refs,
    remotes: config.remotes,
    changedTotal: status.changedTotal,
    untracked: untracked.files,
    untrackedTotal: untracked.total,
    submodules: entries.submodules,
    ...(await readTrees(repository, head, status, untracked)),
    ...(await movedSubmodules(repository, status)),
  }
}

type Trees = Pick<RepositoryState, 'clean' | 'patch' | 'workTree'>

async function readTrees(
  repository: Repository,
  head: Head,
  status: WorkTreeStatus,
  untracked: UntrackedFiles,
): Promise<Trees> {
  const base = head.tree ?? emptyTree(repository)
  const tracked = status.changedTotal > 0 ? await snapshotWith(repository, status) : base
  const [patch, workTree] = await Promise.all([
    readPatch(repository, base, tracked),
    readWorkTree(repository, tracked, untracked),
  ])
  return {
    clean: tracked === base,
    ...(patch.ok ? { patch: patch.value } : {}),
    ...(workTree === undefined ? {} : { workTree }),
  }
}

async function readWorkTree(
  repository: Repository,
  tracked: string,
  untracked: UntrackedFiles,
): Promise<string | undefined> {
  if (untracked.total === 0) return tracked
  if (!untracked.isComplete || untracked.readBytes > MAX_SNAPSHOT_BYTES) return undefined
  try {
    return await snapshotWith(repository, { present: untracked.readable, gone: [] })
  } catch (error) {
    // An untracked file that cannot be taken in is named in the state all the same.
    if (isFailure(error, 'git.failed')) return undefined
    throw error
  }
}

/** Where a submodule stands on another commit than the index says, the checked out one counts. */
async function movedSubmodules(
  repository: Repository,
  status: WorkTreeStatus,
): Promise<{ readonly submodules?: readonly Submodule[] }> {
  if (!status.hasMovedSubmodule) return {}
  return { submodules: await readCheckedOutSubmodules(repository) }
}
