import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { accepted, isFailure, type Result, refused } from '../kernel/index.ts'
import { DEFAULT_SEARCH_PATH, type GitPlace, runGit } from './run-git.ts'

/** A user's repository together with a directory of our own in which everything we compute is kept. */
export interface Repository {
  /** Top level of the work tree. */
  readonly path: string
  readonly gitDir: string
  /** Where objects and refs are; differs from `gitDir` in a linked work tree. */
  readonly commonDir: string
  readonly objectFormat: 'sha1' | 'sha256'
  readonly scratchDir: string
  readonly searchPath: string
}

export type RepositoryRefusal = 'no-such-directory' | 'not-a-repository' | 'bare-repository'

export interface OpenOptions {
  /** Where our own directory is made; default: the system's temporary directory. */
  readonly scratchDir?: string
  /** Where the git program is looked for, in the form of PATH. */
  readonly searchPath?: string
}

/**
 * Finds the repository `dir` belongs to and makes a private directory beside it for what reading it computes. Refuses,
 * as a value, what is not a repository with a work tree. A repository without commits is accepted. The caller ends with
 * `closeRepository`.
 */
export async function openRepository(
  dir: string,
  options: OpenOptions = {},
): Promise<Result<Repository, RepositoryRefusal>> {
  if (!(await isDirectory(dir))) return refused('no-such-directory')
  const searchPath = absoluteOnly(options.searchPath ?? DEFAULT_SEARCH_PATH)
  const place = { cwd: dir, searchPath, variables: {} }
  const kind = await ask(place, '--is-bare-repository', '--is-inside-work-tree', '--show-object-format')
  if (kind === undefined) return refused('not-a-repository')
  const [isBare, isInside, objectFormat] = kind.split('\n')
  if (isInside !== 'true') return refused(isBare === 'true' ? 'bare-repository' : 'not-a-repository')
  const [path, gitDir, commonDir] = await Promise.all([
    ask(place, '--show-toplevel'),
    ask(place, '--absolute-git-dir'),
    ask(place, '--path-format=absolute', '--git-common-dir'),
  ])
  if (path === undefined || gitDir === undefined || commonDir === undefined)
    return refused('not-a-repository')
  return accepted({
    path,
    gitDir,
    commonDir,
    objectFormat: objectFormat === 'sha256' ? 'sha256' : 'sha1',
    scratchDir: await mkdtemp(join(options.scratchDir ?? tmpdir(), 'custody-git-')),
    searchPath,
  })
}

/** Removes our own directory; the repository itself was never changed. */
export async function closeRepository(repository: Repository): Promise<void> {
  await rm(repository.scratchDir, { recursive: true, force: true })
}

/** The repository itself: its own refs, index and settings. Only for commands that read no file of the work tree. */
export function inRepository(repository: Repository): GitPlace {
  return {
    cwd: repository.path,
    searchPath: repository.searchPath,
    variables: { GIT_DIR: repository.gitDir, GIT_WORK_TREE: repository.path },
  }
}

/** The tree without any file, which every repository holds without having it. */
export function emptyTree(repository: Pick<Repository, 'objectFormat'>): string {
  return EMPTY_TREES[repository.objectFormat]
}

const EMPTY_TREES = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
}

/** A search path that names "." would find a program called git in the repository itself. */
function absoluteOnly(searchPath: string): string {
  return searchPath.split(delimiter).filter(isAbsolute).join(delimiter)
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** What rev-parse prints, without the final newline: a directory's own name may hold others. */
async function ask(place: GitPlace, ...questions: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await runGit(place, ['rev-parse', ...questions])
    return stdout.toString('utf8').replace(/\n$/, '')
  } catch (error) {
    if (isFailure(error, 'git.failed')) return undefined
    throw error
  }
}
