import {
  emptyTree,
  openRepository,
  type Repository,
  type RepositoryRefusal,
  type RepositoryState,
  readBlobs,
  readChangedFiles,
  readCommits,
  readPatch,
  readState,
} from '../../git/index.ts'
import { type Failure, isFailure } from '../../kernel/index.ts'
import {
  blobIdsOf,
  describeChange,
  describeRepositoryState,
  MAX_KEPT_CHANGE_BYTES,
  MAX_KEPT_FILE_BYTES,
} from '../../recording/changes/index.ts'
import { sessionFailures } from './failures.ts'
import type { SessionObservation } from './recorder.ts'

/** Opens every repository, or throws what is wrong with the first that cannot be opened. */
export async function openAll(
  dirs: readonly string[],
  options: { readonly scratchDir: string; readonly searchPath?: string },
): Promise<readonly Repository[]> {
  if (dirs.length === 0) {
    throw sessionFailures.create('no-repository', 'Name at least one repository with --repo DIR.')
  }
  const repositories: Repository[] = []
  for (const dir of dirs) {
    const opened = await openRepository(dir, options)
    if (!opened.ok) throw refusal(opened.refusal, dir)
    repositories.push(opened.value)
  }
  return repositories
}

/** The state of one repository before the agent starts, and what to record of it. */
export async function observeBefore(
  repository: Repository,
  index: number,
): Promise<{ readonly state: RepositoryState; readonly observation: SessionObservation }> {
  const state = await readState(repository)
  return { state, observation: describeRepositoryState(index, 'before', state) }
}

/**
 * What to record of one repository after the agent ended: its state and its change. Whatever could not be read, because
 * the agent damaged or removed the repository, gives a `recording.gap` in its place.
 */
export async function observeAfter(
  repository: Repository,
  index: number,
  before: RepositoryState,
): Promise<readonly SessionObservation[]> {
  const observations: SessionObservation[] = []
  try {
    const after = await readState(repository)
    observations.push(describeRepositoryState(index, 'after', after))
    observations.push(await observeChange(repository, index, before, after))
    return observations
  } catch (error) {
    return [...observations, gap(index, observations.length === 0 ? 'repository' : 'change', error)]
  }
}

async function observeChange(
  repository: Repository,
  index: number,
  before: RepositoryState,
  after: RepositoryState,
): Promise<SessionObservation> {
  const [from, to, compared] = comparedTrees(repository, before, after)
  const [commits, files, patch] = await Promise.all([
    readCommits(repository, before, after),
    readChangedFiles(repository, from, to),
    readPatch(repository, from, to),
  ])
  const everyFile = [...files, ...commits.commits.flatMap((commit) => commit.files)]
  const limits = { maxBlobBytes: MAX_KEPT_FILE_BYTES, maxTotalBytes: MAX_KEPT_CHANGE_BYTES }
  const blobs = await readBlobs(repository, blobIdsOf(everyFile), limits)
  return describeChange({
    repository: index,
    before,
    after,
    compared,
    commits,
    files,
    blobs,
    ...(patch.ok ? { patch: patch.value } : {}),
  })
}

function comparedTrees(
  repository: Repository,
  before: RepositoryState,
  after: RepositoryState,
): readonly [from: string, to: string, compared: 'work-trees' | 'commits'] {
  if (before.workTree !== undefined && after.workTree !== undefined) {
    return [before.workTree, after.workTree, 'work-trees']
  }
  const nothing = emptyTree(repository)
  return [before.tree ?? nothing, after.tree ?? nothing, 'commits']
}

function gap(index: number, what: 'repository' | 'change', error: unknown): SessionObservation {
  const code = isFailure(error) ? error.code : 'session.unreadable'
  return { kind: 'recording.gap', data: { repository: index, what, moment: 'after', code }, parts: [] }
}

function refusal(reason: RepositoryRefusal, dir: string): Failure {
  return sessionFailures.create(reason, REFUSALS[reason](dir))
}

const REFUSALS: Readonly<Record<RepositoryRefusal, (dir: string) => string>> = {
  'no-such-directory': (dir) => `There is no directory ${JSON.stringify(dir)}; correct --repo.`,
  'not-a-repository': (dir) =>
    `${JSON.stringify(dir)} is not in a git repository; run "git init" there or name another with --repo.`,
  'bare-repository': (dir) =>
    `${JSON.stringify(dir)} is a bare repository; clone it and name the clone with --repo.`,
}
