import { copyFile, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Repository } from './repository.ts'
import type { GitPlace } from './run-git.ts'

/*
 * Reading a work tree with the repository's own git directory would obey its filters, drivers and monitors, and would
 * write into it. So there are two git directories of our own in the scratch directory: `view` looks at the work tree
 * with a copy of the index and settings of ours, `store` sees objects only. Both write new objects into our `objects`
 * and borrow all others from the repository.
 */

/** The work tree seen through settings of our own. */
export function inView(repository: Repository): GitPlace {
  return ownPlace(repository, repository.path, {
    GIT_DIR: viewDir(repository),
    GIT_WORK_TREE: repository.path,
  })
}

/** Objects only: no work tree, and so no attribute file that could change what a comparison prints. */
export function inStore(repository: Repository): GitPlace {
  return ownPlace(repository, storeDir(repository), { GIT_DIR: storeDir(repository) })
}

/** Makes or refreshes both directories; `head` is the commit that `view` compares with. */
export async function layOutOwnDirectory(
  repository: Repository,
  head: string | undefined,
  contentSettings: readonly string[],
): Promise<void> {
  await borrowObjects(repository)
  await Promise.all([
    layOut(repository, storeDir(repository), undefined, ['core.bare=true']),
    layOut(repository, viewDir(repository), head, [
      'core.bare=false',
      'core.sparseCheckout=true',
      ...contentSettings,
    ]),
  ])
  await Promise.all([
    copyIfThere(join(repository.commonDir, 'info', 'exclude'), join(viewDir(repository), 'info', 'exclude')),
    copyIfThere(
      join(repository.commonDir, 'info', 'attributes'),
      join(viewDir(repository), 'info', 'attributes'),
    ),
    copyIndex(repository),
  ])
}

function ownPlace(repository: Repository, cwd: string, variables: Record<string, string>): GitPlace {
  return {
    cwd,
    searchPath: repository.searchPath,
    variables: { ...variables, GIT_OBJECT_DIRECTORY: join(repository.scratchDir, 'objects') },
  }
}

function viewDir(repository: Repository): string {
  return join(repository.scratchDir, 'view')
}

function storeDir(repository: Repository): string {
  return join(repository.scratchDir, 'store')
}

async function borrowObjects(repository: Repository): Promise<void> {
  const info = join(repository.scratchDir, 'objects', 'info')
  await mkdir(info, { recursive: true })
  await writeFile(join(info, 'alternates'), `${quotedPath(join(repository.commonDir, 'objects'))}\n`)
}

/** An alternates line in quotes, where a newline or quote in a directory's name means nothing. */
function quotedPath(path: string): string {
  const escaped = path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `"${escaped}"`
}

async function layOut(
  repository: Repository,
  dir: string,
  head: string | undefined,
  settings: readonly string[],
): Promise<void> {
  await Promise.all(['refs', 'objects', 'info'].map((name) => mkdir(join(dir, name), { recursive: true })))
  await Promise.all([
    writeFile(join(dir, 'HEAD'), `${head ?? 'ref: refs/heads/unborn'}\n`),
    writeFile(join(dir, 'config'), configText(repository, settings)),
    copyIfThere(join(repository.commonDir, 'shallow'), join(dir, 'shallow')),
  ])
}

function configText(repository: Repository, settings: readonly string[]): string {
  const all = [
    'core.repositoryFormatVersion=1',
    `extensions.objectFormat=${repository.objectFormat}`,
    // These objects live for minutes, so they are neither squeezed nor forced to the disk.
    'core.looseCompression=0',
    'core.fsync=none',
    ...settings,
  ]
  return all.map(configLine).join('')
}

function configLine(setting: string): string {
  const [section = '', rest = ''] = setting.split('.', 2)
  const [key = '', value = ''] = rest.split('=', 2)
  return `[${section}]\n\t${key} = ${value}\n`
}

async function copyIndex(repository: Repository): Promise<void> {
  const source = join(repository.gitDir, 'index')
  const copy = join(viewDir(repository), 'index')
  if (!(await copyIfThere(source, copy))) return
  // Git distrusts entries not older than the index file. The copy is set a little older than its source: the
  // conversion to a floating number may round up, and then a change made in the same moment could be missed.
  const { atimeMs, mtimeMs } = await stat(source)
  await utimes(copy, atimeMs / 1000, (mtimeMs - 0.001) / 1000)
  await linkSharedIndexes(repository)
}

async function linkSharedIndexes(repository: Repository): Promise<void> {
  const names = await readdir(repository.gitDir)
  for (const name of names.filter((each) => each.startsWith('sharedindex.'))) {
    await symlink(join(repository.gitDir, name), join(viewDir(repository), name)).catch(ignoreExisting)
  }
}

/** Makes `target` what `source` is; where there is no such file, there is none afterwards either. */
async function copyIfThere(source: string, target: string): Promise<boolean> {
  await rm(target, { force: true })
  // Not everything with this name is a file: an agent may have put a pipe there, which would never end.
  if (!(await stat(source).catch(() => undefined))?.isFile()) return false
  await copyFile(source, target)
  return true
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}
