import { inView } from './own-directory.ts'
import { joinWithNul } from './path-name.ts'
import type { Repository } from './repository.ts'
import { runGit } from './run-git.ts'

/** Names whose state in the work tree is to be taken over. */
export interface SnapshotNames {
  readonly present: readonly Buffer[]
  readonly gone: readonly Buffer[]
}

/**
 * Takes the files named, as they are in the work tree now, into our copy of the index and gives the id of the tree that
 * results. The objects it needs are kept in our own directory.
 */
export async function snapshotWith(repository: Repository, names: SnapshotNames): Promise<string> {
  // Removing comes first and by force: what replaced a directory may be a link that leads elsewhere.
  await updateIndex(repository, ['--force-remove'], names.gone)
  await updateIndex(repository, ['--add', '--remove'], names.present)
  const { stdout } = await runGit(inView(repository), ['write-tree'])
  return stdout.toString('latin1').trim()
}

async function updateIndex(
  repository: Repository,
  options: readonly string[],
  names: readonly Buffer[],
): Promise<void> {
  if (names.length === 0) return
  const args = ['update-index', ...options, '-z', '--stdin']
  await runGit(inView(repository), args, { input: joinWithNul(names) })
}
