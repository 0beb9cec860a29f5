import { type ChangedFile, readFilesOfCommits } from './changed-files.ts'
import { type CommitObject, parseCommit } from './commit-object.ts'
import { streamObjects } from './object-stream.ts'
import { inStore } from './own-directory.ts'
import { readPatchIds } from './patch-ids.ts'
import type { Head, Ref } from './refs.ts'
import type { Repository } from './repository.ts'
import { runGit } from './run-git.ts'

/** Everything from which commits were reachable at one moment. */
export interface Reach extends Head {
  readonly refs: readonly Ref[]
}

export interface Commit extends CommitObject {
  readonly sha: string
  /** Absent for merges and for commits that change nothing. */
  readonly patchId?: string
  /** Against the first parent. */
  readonly files: readonly ChangedFile[]
}

export interface CommitsMade {
  /** Parents before children; at most 10,000. */
  readonly commits: readonly Commit[]
  readonly total: number
  /** The commit HEAD stood on before is not part of the history of the commit it stands on after. */
  readonly rewritten: boolean
}

const MAX_COMMITS = 10_000
const MAX_COMMIT_BYTES = 1024 * 1024

/**
 * The commits that came between two states: reachable afterwards from HEAD or any ref, and before from none. Commits
 * on other branches count, and so do those that replaced others; commits fetched from elsewhere cannot be told apart.
 * Call it after `readState`.
 */
export async function readCommits(repository: Repository, before: Reach, after: Reach): Promise<CommitsMade> {
  const [ids, rewritten] = await Promise.all([
    listNewCommits(repository, before, after),
    isRewritten(repository, before.commit, after.commit),
  ])
  const commits = await readDetails(repository, ids.slice(0, MAX_COMMITS))
  return { commits, total: ids.length, rewritten }
}

async function listNewCommits(
  repository: Repository,
  before: Reach,
  after: Reach,
): Promise<readonly string[]> {
  const known = tipsOf(before)
  const added = [...tipsOf(after)].filter((id) => !known.has(id))
  if (added.length === 0) return []
  const input = Buffer.from([...added, ...[...known].map((id) => `^${id}`)].join('\n'))
  const args = ['rev-list', '--topo-order', '--reverse', '--ignore-missing', '--stdin']
  const { stdout } = await runGit(inStore(repository), args, { input })
  return stdout.toString('latin1').split('\n').filter(Boolean)
}

function tipsOf(reach: Reach): ReadonlySet<string> {
  const ids = reach.refs.map((ref) => ref.id)
  return new Set(reach.commit === undefined ? ids : [...ids, reach.commit])
}

async function isRewritten(
  repository: Repository,
  before: string | undefined,
  after: string | undefined,
): Promise<boolean> {
  if (before === undefined || before === after) return false
  if (after === undefined) return true
  // 1 says no; 128 says that the old commit is not even there any more.
  const options = { answers: [1, 128] }
  const args = ['merge-base', '--is-ancestor', before, after]
  return (await runGit(inStore(repository), args, options)).code !== 0
}

async function readDetails(repository: Repository, ids: readonly string[]): Promise<readonly Commit[]> {
  if (ids.length === 0) return []
  const [objects, filesOf, patchIds] = await Promise.all([
    readCommitObjects(repository, ids),
    readFilesOfCommits(repository, ids),
    readPatchIds(repository, ids),
  ])
  return objects.map((object) => {
    const patchId = patchIds.get(object.sha)
    return { ...object, ...(patchId === undefined ? {} : { patchId }), files: filesOf.get(object.sha) ?? [] }
  })
}

async function readCommitObjects(
  repository: Repository,
  ids: readonly string[],
): Promise<readonly (CommitObject & { readonly sha: string })[]> {
  const commits: (CommitObject & { readonly sha: string })[] = []
  for await (const object of streamObjects(repository, ids)) {
    const start: Buffer[] = []
    let bytes = 0
    for await (const chunk of object.chunks) {
      if (bytes < MAX_COMMIT_BYTES) start.push(chunk)
      bytes += chunk.length
    }
    if (object.kind === 'commit') commits.push({ sha: object.id, ...parseCommit(Buffer.concat(start)) })
  }
  return commits
}
