import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { dependencyUpdate, type Script } from '../fakes/model-server/index.ts'
import type { Recipe } from './recipes.ts'

/** A place for one agent: a home, and a repository with an outdated dependency. */
export interface Scratch {
  readonly root: string
  readonly home: string
  readonly repository: string
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

export const TASK = 'Update the dependency left-pad to 1.3.0, run the tests and commit.'

export const SCRIPT: Script = dependencyUpdate({
  oldText: '"left-pad": "1.2.0"',
  newText: '"left-pad": "1.3.0"',
  commitMessage: 'Update left-pad to 1.3.0',
  checkCommand: 'node --test',
})

export function createScratch(recipe: Recipe): Scratch {
  const root = mkdtempSync(join(tmpdir(), `custody-${recipe.kind}-`))
  const home = join(root, 'home')
  const repository = join(root, 'repository')
  for (const folder of [home, repository]) mkdirSync(folder)
  createRepository(repository)
  if (recipe.kind === 'opencode') stubOpencodePlugin(home, recipe.version)
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TERM: 'dumb',
    CI: '1',
    NO_COLOR: '1',
    LANG: 'C.UTF-8',
    // Whatever reaches the agent besides the allow-list must not be this.
    ANTHROPIC_API_KEY: 'must-not-reach-the-agent',
    OPENAI_API_KEY: 'must-not-reach-the-agent',
    GITHUB_TOKEN: 'must-not-reach-the-agent',
  }
  return { root, home, repository, environment, remove: () => rmSync(root, { recursive: true, force: true }) }
}

export function git(repository: string, ...words: readonly string[]): string {
  return execFileSync('git', ['-C', repository, ...words], { encoding: 'utf8' }).trim()
}

/** Gemini CLI reads no user-wide git configuration, so the name is the repository's own. */
function createRepository(folder: string): void {
  git(folder, 'init', '--quiet', '--initial-branch=main')
  git(folder, 'config', 'user.name', 'Ada Example')
  git(folder, 'config', 'user.email', 'ada@example.test')
  const manifest = { name: 'tiny', private: true, dependencies: { 'left-pad': '1.2.0' } }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(folder, 'tiny.test.js'), "require('node:test')('is tiny', () => {})\n")
  git(folder, 'add', '.')
  git(folder, 'commit', '--quiet', '--message', 'Begin')
}

/** opencode fetches this package from the registry at its start unless its own version of it is there. */
function stubOpencodePlugin(home: string, version: string): void {
  const folder = join(home, '.config', 'opencode')
  const name = '@opencode-ai/plugin'
  const manifest = { dependencies: { [name]: version } }
  const lock = {
    name: 'opencode',
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, [`node_modules/${name}`]: { version } },
  }
  const files = {
    'package.json': manifest,
    'package-lock.json': lock,
    [`node_modules/${name}/package.json`]: { name, version, main: 'index.js' },
  }
  mkdirSync(join(folder, 'node_modules', name), { recursive: true })
  for (const [path, json] of Object.entries(files)) writeFileSync(join(folder, path), JSON.stringify(json))
}
