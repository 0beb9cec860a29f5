import { accepted, isFailure, type Result, refused } from '../kernel/index.ts'
import { inStore } from './own-directory.ts'
import type { Repository } from './repository.ts'
import { runGit } from './run-git.ts'

const MAX_PATCH_BYTES = 32 * 1024 * 1024

/** How a comparison is asked for whenever its text is kept: complete, and without any program a repository names. */
export const PATCH_OPTIONS = ['--no-ext-diff', '--no-textconv', '--no-renames', '--full-index'] as const

/** The patch that makes tree `to` out of tree `from`, binary files included; refuses one of more than 32 MiB. */
export async function readPatch(
  repository: Repository,
  from: string,
  to: string,
): Promise<Result<Buffer, 'too-large'>> {
  if (from === to) return accepted(Buffer.alloc(0))
  const args = ['diff-tree', '-p', '-r', '--binary', ...PATCH_OPTIONS, '--end-of-options', from, to]
  try {
    const { stdout } = await runGit(inStore(repository), args, { maxBytes: MAX_PATCH_BYTES })
    return accepted(stdout)
  } catch (error) {
    if (isFailure(error, 'git.output-too-large')) return refused('too-large')
    throw error
  }
}
