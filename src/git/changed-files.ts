import { inStore } from './own-directory.ts'
import { PATCH_OPTIONS } from './patch.ts'
import { pathText, splitAtNul } from './path-name.ts'
import type { Repository } from './repository.ts'
import { runGit } from './run-git.ts'

export type ChangeStatus = 'added' | 'deleted' | 'modified' | 'type-changed'

/** One file that differs between two trees. What did not exist has neither mode nor blob. */
export interface ChangedFile {
  readonly path: string
  readonly status: ChangeStatus
  readonly preMode?: string
  readonly postMode?: string
  /** For a submodule, mode 160000, the commit. */
  readonly preBlob?: string
  readonly postBlob?: string
}

const STATUSES: Readonly<Record<string, ChangeStatus>> = {
  A: 'added',
  D: 'deleted',
  M: 'modified',
  T: 'type-changed',
}

/** The files that differ between two trees, in the order of their names; a rename is a deletion and an addition. */
export async function readChangedFiles(
  repository: Repository,
  from: string,
  to: string,
): Promise<readonly ChangedFile[]> {
  if (from === to) return []
  const args = ['diff-tree', '-r', '-z', '--raw', ...PATCH_OPTIONS, '--end-of-options', from, to]
  const { stdout } = await runGit(inStore(repository), args)
  return parseRaw(splitAtNul(stdout)).map(({ file }) => file)
}

/** The files each commit changed against its first parent. */
export async function readFilesOfCommits(
  repository: Repository,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly ChangedFile[]>> {
  const args = ['diff-tree', '--stdin', '--root', '--diff-merges=first-parent', '-r', '-z', '--raw']
  const input = Buffer.from(ids.map((id) => `${id}\n`).join(''))
  const { stdout } = await runGit(inStore(repository), [...args, ...PATCH_OPTIONS], { input })
  const filesOf = new Map<string, ChangedFile[]>()
  for (const { commit, file } of parseRaw(splitAtNul(stdout))) {
    const files = filesOf.get(commit)
    if (files) files.push(file)
    else filesOf.set(commit, [file])
  }
  return filesOf
}

/** `:100644 100644 <id> <id> M`, name, and so on; with `--stdin` the id of a commit stands before its files. */
function parseRaw(
  pieces: readonly Buffer[],
): readonly { readonly commit: string; readonly file: ChangedFile }[] {
  const found: { commit: string; file: ChangedFile }[] = []
  let commit = ''
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]?.toString('latin1') ?? ''
    if (!piece.startsWith(':')) {
      commit = piece
      continue
    }
    i++
    found.push({ commit, file: changedFile(piece.slice(1), pieces[i] ?? Buffer.alloc(0)) })
  }
  return found
}

function changedFile(raw: string, name: Buffer): ChangedFile {
  const [preMode = '', postMode = '', preBlob = '', postBlob = '', letter = ''] = raw.split(' ')
  return {
    path: pathText(name),
    status: STATUSES[letter] ?? 'modified',
    ...(isNothing(preMode) ? {} : { preMode, preBlob }),
    ...(isNothing(postMode) ? {} : { postMode, postBlob }),
  }
}

function isNothing(mode: string): boolean {
  return /^0*$/.test(mode)
}
