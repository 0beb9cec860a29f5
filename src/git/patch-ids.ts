import { inStore } from './own-directory.ts'
import { PATCH_OPTIONS } from './patch.ts'
import type { Repository } from './repository.ts'
import { runGit, startGit } from './run-git.ts'

/**
 * The stable patch id of each commit that has one: a merge and a commit without changes have none. Binary files count by
 * their blob ids, because their text in a patch could be made to look like the start of another commit.
 */
export async function readPatchIds(
  repository: Repository,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const place = inStore(repository)
  const input = Buffer.from(commits.map((id) => `${id}\n`).join(''))
  const patches = startGit(place, ['diff-tree', '--stdin', '--root', '-p', '-r', ...PATCH_OPTIONS], { input })
  try {
    const { stdout } = await runGit(place, ['patch-id', '--stable'], { input: patches.stdout })
    await patches.ended
    return new Map(stdout.toString('latin1').split('\n').filter(Boolean).map(parseLine))
  } finally {
    patches.stop()
  }
}

/** `<patch id> <commit>` */
function parseLine(line: string): [string, string] {
  const [patchId = '', commit = ''] = line.split(' ')
  return [commit, patchId]
}
