import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import type { DependencyUpdate } from './dependency-update.ts'

export interface MadeRepository {
  /** False when the source has no history and the repository begins with its files. */
  readonly isClone: boolean
  readonly commits: number
}

type Environment = Readonly<Record<string, string>>

/** Clones `source` with its history, or makes a repository of its files where it has none. */
export function makeRepository(source: string, target: string, environment: Environment): MadeRepository {
  const isClone = hasHistory(source, environment)
  if (isClone) git(['clone', '--quiet', source, target], environment)
  else beginWithFiles(source, target, environment)
  nameAuthor(target, environment)
  if (!isClone) commitAll(target, 'Begin with the files', environment)
  return { isClone, commits: Number(gitIn(target, ['rev-list', '--count', 'HEAD'], environment)) }
}

/** Commits the dependency at its earlier version, as it stood before somebody had to update it. */
export function setBack(repository: string, update: DependencyUpdate, environment: Environment): void {
  const manifest = join(repository, 'package.json')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(update.after, update.before))
  commitAll(repository, `Use ${update.name} ${update.earlier}`, environment)
}

/** A file as the last commit has it. */
export function committedFile(repository: string, path: string, environment: Environment): string {
  return gitIn(repository, ['show', `HEAD:${path}`], environment)
}

function hasHistory(folder: string, environment: Environment): boolean {
  // Without its own .git the folder may lie inside somebody else's repository.
  if (!existsSync(join(folder, '.git'))) return false
  try {
    gitIn(folder, ['rev-parse', '--quiet', '--verify', 'HEAD'], environment)
    return true
  } catch {
    return false
  }
}

const LEFT_OUT = ['node_modules', '.git', '.agents', 'coverage']

function beginWithFiles(source: string, target: string, environment: Environment): void {
  cpSync(source, target, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) })
  git(['init', '--quiet', '--initial-branch=main', target], environment)
}

/** In the repository itself: Gemini CLI hides the user-wide configuration from git. */
function nameAuthor(repository: string, environment: Environment): void {
  gitIn(repository, ['config', 'user.name', 'Ada Example'], environment)
  gitIn(repository, ['config', 'user.email', 'ada@example.test'], environment)
}

function commitAll(repository: string, message: string, environment: Environment): void {
  gitIn(repository, ['add', '--all'], environment)
  gitIn(repository, ['commit', '--quiet', '--message', message], environment)
}

function gitIn(repository: string, words: readonly string[], environment: Environment): string {
  return git(['-C', repository, ...words], environment)
}

function git(words: readonly string[], environment: Environment): string {
  const options = { encoding: 'utf8', env: { ...environment } } as const
  return execFileSync('git', words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
