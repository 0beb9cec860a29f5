import { inRepository, type Repository } from './repository.ts'
import { runGit } from './run-git.ts'

export interface Ref {
  readonly name: string
  readonly id: string
}

/** Where HEAD stands; without commits there is a branch only, on a detached HEAD a commit only. */
export interface Head {
  readonly commit?: string
  readonly tree?: string
  /** Short name, such as `main`. */
  readonly branch?: string
}

export async function readHead(repository: Repository): Promise<Head> {
  const [ids, branch] = await Promise.all([
    ask(repository, ['rev-parse', '--revs-only', 'HEAD^{commit}', 'HEAD^{tree}'], 128),
    ask(repository, ['symbolic-ref', '--quiet', 'HEAD'], 1),
  ])
  const [commit, tree] = ids.split('\n')
  return {
    ...(commit ? { commit } : {}),
    ...(tree ? { tree } : {}),
    ...(branch ? { branch: branch.trim().replace(/^refs\/heads\//, '') } : {}),
  }
}

/** Every ref of the repository: branches, tags, remote branches, the stash. Names of refs hold no space or newline. */
export async function readRefs(repository: Repository): Promise<readonly Ref[]> {
  const text = await ask(repository, ['for-each-ref', '--format=%(objectname) %(refname)'])
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ id: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }))
}

/** What git prints, or nothing where it ends with the exit code that says there is no answer. */
async function ask(repository: Repository, args: readonly string[], noAnswer?: number): Promise<string> {
  const answers = noAnswer === undefined ? [] : [noAnswer]
  const { stdout, code } = await runGit(inRepository(repository), args, { answers })
  return code === 0 ? stdout.toString('utf8') : ''
}
