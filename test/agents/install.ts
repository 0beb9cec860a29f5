import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Recipe } from './recipes.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The command that starts the agent, up to its arguments. An agent that is no development dependency is installed
 * below `.agents` on first use, in exactly the pinned version. Rejects when npm cannot install it.
 */
export async function installedAgent(recipe: Recipe): Promise<readonly string[]> {
  const bundled = join(REPOSITORY, 'node_modules')
  const modules = existsSync(join(bundled, recipe.package)) ? bundled : await installed(recipe)
  const program = join(modules, recipe.program)
  if (!existsSync(program)) throw new Error(`${recipe.package}@${recipe.version} holds no ${recipe.program}`)
  return program.endsWith('.js') ? [process.execPath, program] : [program]
}

async function installed(recipe: Recipe): Promise<string> {
  const folder = join(REPOSITORY, '.agents', recipe.kind)
  const modules = join(folder, 'node_modules')
  if (installedVersion(modules, recipe) === recipe.version) return modules
  mkdirSync(folder, { recursive: true })
  // Without a package.json of its own the folder would count as part of this repository's package.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  await promisify(execFile)(
    'npm',
    ['install', '--prefix', folder, ...options, `${recipe.package}@${recipe.version}`],
    { cwd: folder },
  )
  return modules
}

function installedVersion(modules: string, recipe: Recipe): string | undefined {
  const manifest = join(modules, recipe.package, 'package.json')
  if (!existsSync(manifest) || !existsSync(join(modules, recipe.program))) return undefined
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version
}
