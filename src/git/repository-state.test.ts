import { appendFile, chmod, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ScratchRepository } from '../../test/support/scratch-repository.ts'
import { sha256Hex } from '../kernel/index.ts'
import {
  closeRepository,
  emptyTree,
  openRepository,
  type Repository,
  type RepositoryState,
  readPatch,
  readState,
} from './index.ts'

const opened: Repository[] = []
afterEach(async () => {
  for (const repository of opened.splice(0)) await closeRepository(repository)
})

async function open(path: string): Promise<Repository> {
  const repository = await openRepository(path)
  if (!repository.ok) throw new Error(repository.refusal)
  opened.push(repository.value)
  return repository.value
}

async function stateOf(path: string): Promise<RepositoryState> {
  return readState(await open(path))
}

describe('the state of a repository [REC-4]', () => {
  it('names commit, tree, branch and refs', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    const [commit, tree] = (await scratch.git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n')
    expect(await stateOf(scratch.path)).toMatchObject({
      path: scratch.path,
      commit,
      tree,
      workTree: tree,
      branch: 'main',
      refs: [{ name: 'refs/heads/main', id: commit }],
      clean: true,
      changedTotal: 0,
      untrackedTotal: 0,
    })
  })

  it('has an empty patch when clean', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    expect((await stateOf(scratch.path)).patch).toHaveLength(0)
  })

  it('has no branch on a detached HEAD', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.git('checkout', '--quiet', '--detach')
    const state = await stateOf(scratch.path)
    expect(state.branch).toBeUndefined()
    expect(state.commit).toBe(await scratch.git('rev-parse', 'HEAD'))
  })

  it('has a branch and no commit before the first one', async () => {
    await using scratch = await ScratchRepository.create()
    await scratch.write('a', 'a')
    await scratch.git('add', 'a')
    const state = await stateOf(scratch.path)
    expect(state).toMatchObject({ branch: 'main', clean: false, refs: [] })
    expect(state.commit).toBeUndefined()
    expect(state.tree).toBeUndefined()
    expect(state.patch?.toString()).toContain('+a')
  })

  it('is clean and empty in a repository without anything', async () => {
    await using scratch = await ScratchRepository.create()
    const repository = await open(scratch.path)
    expect(await readState(repository)).toMatchObject({ clean: true, workTree: emptyTree(repository) })
  })

  it('strips credentials from remotes', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.git('remote', 'add', 'origin', 'https://ada:s3cret@example.test/shop.git?token=s3cret')
    await scratch.git('config', 'remote.odd.na.me.url', 'git@example.test:shop')
    expect((await stateOf(scratch.path)).remotes).toEqual([
      { name: 'origin', url: 'https://example.test/shop.git' },
      { name: 'odd.na.me', url: 'example.test:shop' },
    ])
  })

  it('holds staged and unstaged changes in one patch that rebuilds the work tree', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n', b: 'b\n', c: 'c\n' })
    await scratch.write('a', 'staged\n')
    await scratch.git('add', 'a')
    await scratch.write('a', 'staged and changed\n')
    await scratch.write('b', 'unstaged\n')
    await rm(join(scratch.path, 'c'))
    const state = await stateOf(scratch.path)
    await scratch.git('reset', '--hard', '--quiet')
    await writeFile(join(scratch.path, '..', 'patch'), state.patch ?? '')
    await scratch.git('apply', '--index', '../patch')
    expect(await scratch.git('write-tree')).toBe(state.workTree)
    expect(state).toMatchObject({ clean: false, changedTotal: 3 })
  })

  it('carries binary changes in the patch', async () => {
    await using scratch = await ScratchRepository.with({ 'image.bin': new Uint8Array([0, 1, 2, 255]) })
    await scratch.write('image.bin', new Uint8Array([0, 9, 9, 255]))
    expect((await stateOf(scratch.path)).patch?.toString()).toContain('GIT binary patch')
  })

  it('calls a file clean that was touched and not changed', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.write('a', 'b')
    await scratch.write('a', 'a')
    expect((await stateOf(scratch.path)).clean).toBe(true)
  })

  it('sees a change that the index was told to assume away', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a', b: 'b' })
    await scratch.git('update-index', '--assume-unchanged', 'a')
    await scratch.git('update-index', '--skip-worktree', 'b')
    await scratch.write('a', 'hidden')
    await scratch.write('b', 'hidden too')
    expect((await stateOf(scratch.path)).changedTotal).toBe(2)
  })

  it('keeps a removed index entry out of the patch while its file is untracked', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a', b: 'b' })
    await scratch.git('rm', '--quiet', '--cached', 'a')
    const state = await stateOf(scratch.path)
    expect(state.patch?.toString()).toContain('deleted file mode')
    expect(state.untracked.map((file) => file.path)).toEqual(['a'])
    expect(state.workTree).toBe(state.tree)
  })

  it('takes the files of an unfinished merge as they are', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    await scratch.git('checkout', '--quiet', '-b', 'other')
    await scratch.write('a', 'theirs\n')
    await scratch.commit('theirs')
    await scratch.git('checkout', '--quiet', 'main')
    await scratch.write('a', 'ours\n')
    await scratch.commit('ours')
    await scratch.git('merge', 'other').catch(() => undefined)
    const state = await stateOf(scratch.path)
    expect(state.patch?.toString()).toContain('+<<<<<<< HEAD')
  })

  it('handles a directory that became a link and a file that became a directory', async () => {
    await using scratch = await ScratchRepository.with({ 'dir/x': 'x', file: 'f', 'other/x': 'y' })
    await rm(join(scratch.path, 'dir'), { recursive: true })
    await symlink('other', join(scratch.path, 'dir'))
    await rm(join(scratch.path, 'file'))
    await scratch.write('file/inside', 'i')
    const state = await stateOf(scratch.path)
    await scratch.git('add', '--all')
    expect(state.workTree).toBe(await scratch.git('write-tree'))
  })

  it('names submodules with the commit checked out', async () => {
    await using library = await ScratchRepository.with({ lib: '1' })
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      library.path,
      'sub dir',
    )
    await scratch.commit('submodule')
    const first = await library.git('rev-parse', 'HEAD')
    expect((await stateOf(scratch.path)).submodules).toEqual([{ path: 'sub dir', commit: first }])
    await scratch.git('-C', 'sub dir', 'commit', '--quiet', '--allow-empty', '-m', 'moved')
    const moved = await scratch.git('-C', 'sub dir', 'rev-parse', 'HEAD')
    expect(await stateOf(scratch.path)).toMatchObject({
      clean: false,
      submodules: [{ path: 'sub dir', commit: moved }],
    })
  })

  it('reads a repository with SHA-256 ids', async () => {
    await using scratch = await ScratchRepository.create()
    await scratch.git('init', '--quiet', '--object-format=sha256', 'new')
    await scratch.write('new/a', 'a')
    const state = await stateOf(join(scratch.path, 'new'))
    expect(state.workTree).toHaveLength(64)
  })

  it('reads a linked work tree', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    const linked = join(scratch.path, '..', 'linked')
    await scratch.git('worktree', 'add', '--quiet', '-b', 'side', linked)
    await writeFile(join(linked, 'a'), 'changed')
    expect(await stateOf(linked)).toMatchObject({ branch: 'side', clean: false })
  })

  it('reads a repository with a split index', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.git('update-index', '--split-index')
    await scratch.write('a', 'changed')
    expect((await stateOf(scratch.path)).changedTotal).toBe(1)
  })
})

describe('untracked files [REC-4]', () => {
  it('are named with digest, size and mode, ignored ones apart', async () => {
    await using scratch = await ScratchRepository.with({ '.gitignore': 'ignored\n' })
    await scratch.write('ignored', 'i')
    await scratch.write('new/file', 'content')
    await scratch.write('run.sh', '#!/bin/sh\n')
    await chmod(join(scratch.path, 'run.sh'), 0o755)
    await symlink('/etc/hostname', join(scratch.path, 'link'))
    const state = await stateOf(scratch.path)
    expect(state.untracked).toEqual([
      { path: 'link', bytes: 13, mode: '120000', sha256: sha256Hex('/etc/hostname') },
      { path: 'new/file', bytes: 7, mode: '100644', sha256: sha256Hex('content') },
      { path: 'run.sh', bytes: 10, mode: '100755', sha256: sha256Hex('#!/bin/sh\n') },
    ])
    await scratch.git('add', '--all')
    expect(state.workTree).toBe(await scratch.git('write-tree'))
  })

  it('may have names that try to be something else', async () => {
    const names = [
      '-rf',
      '--exec=x',
      ':(top)a',
      'line\nbreak',
      'tab\there',
      '"quoted"',
      "it's",
      'ünïcødé ☂',
      ' ',
    ]
    await using scratch = await ScratchRepository.with({ a: 'a' })
    for (const name of names) await scratch.write(name, name)
    const state = await stateOf(scratch.path)
    const expected = names.map((name) => (name.startsWith('"') ? '"\\"quoted\\""' : name))
    expect(new Set(state.untracked.map((file) => file.path))).toEqual(new Set(expected))
    await scratch.git('add', '--all')
    expect(state.workTree).toBe(await scratch.git('write-tree'))
  })

  it('of which the name is not UTF-8 are named in quotes', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await writeFile(Buffer.concat([Buffer.from(`${scratch.path}/b`), Buffer.from([0xff])]), 'x')
    const state = await stateOf(scratch.path)
    expect(state.untracked).toMatchObject([{ path: '"b\\377"', sha256: sha256Hex('x') }])
  })

  it('that are repositories themselves are named and not entered', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.git('init', '--quiet', 'nested')
    await scratch.write('nested/file', 'x')
    await scratch.git('-C', 'nested', 'add', 'file')
    await scratch.git('-C', 'nested', 'commit', '--quiet', '-m', 'inside')
    const state = await stateOf(scratch.path)
    expect(state.untracked).toEqual([{ path: 'nested/', bytes: 0, mode: '160000' }])
    expect(state.workTree).toBe(state.tree)
  })
})

describe('reading a state', () => {
  it('changes nothing in the repository', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a', b: 'b' })
    await scratch.write('a', 'changed')
    await scratch.write('new', 'new')
    await scratch.git('add', 'a')
    const before = await snapshotOf(join(scratch.path, '.git'))
    await stateOf(scratch.path)
    expect(await snapshotOf(join(scratch.path, '.git'))).toEqual(before)
  })

  it('keeps the trees it computed readable until the repository is closed', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const repository = await open(scratch.path)
    const first = await readState(repository)
    await scratch.write('new', 'text\n')
    const second = await readState(repository)
    await rm(join(scratch.path, 'new'))
    const patch = await readPatch(repository, first.workTree ?? '', second.workTree ?? '')
    expect(patch).toMatchObject({ ok: true })
    expect(patch.ok && patch.value.toString()).toContain('+text')
  })

  it('removes what it wrote when closed', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    const repository = await open(scratch.path)
    await readState(repository)
    await closeRepository(repository)
    await expect(stat(repository.scratchDir)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('fails with a code when the repository is damaged', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    const repository = await open(scratch.path)
    await writeFile(join(scratch.path, '.git', 'index'), 'not an index')
    await expect(readState(repository)).rejects.toMatchObject({ code: 'git.failed' })
  })
})

describe('what a repository configures', () => {
  it.each([
    ['a clean filter', 'filter.evil.clean', '* filter=evil'],
    ['a filter process', 'filter.evil.process', '* filter=evil'],
    ['a text conversion', 'diff.evil.textconv', '* diff=evil'],
    ['a diff driver', 'diff.evil.command', '* diff=evil'],
    ['an external diff', 'diff.external', ''],
    ['a file system monitor', 'core.fsmonitor', ''],
    ['a pager', 'core.pager', ''],
    ['an ssh command', 'core.sshCommand', ''],
    ['an alternate refs command', 'core.alternateRefsCommand', ''],
  ])('is never run: %s', async (_what, key, attributes) => {
    await using scratch = await ScratchRepository.with({ a: 'a\n', '.gitattributes': `${attributes}\n` })
    const marker = join(scratch.path, '..', 'marker')
    await writeFile(join(scratch.path, '..', 'evil.sh'), `#!/bin/sh\ntouch '${marker}'\ncat\n`, {
      mode: 0o755,
    })
    await scratch.git('config', key, join(scratch.path, '..', 'evil.sh'))
    await scratch.git('config', 'filter.evil.required', 'true')
    await scratch.write('a', 'changed\n')
    await scratch.write('new', 'new\n')
    await stateOf(scratch.path)
    await expect(stat(marker)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is never run: hooks', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const marker = join(scratch.path, '..', 'marker')
    for (const hook of ['post-index-change', 'reference-transaction', 'post-checkout']) {
      const path = join(scratch.path, '.git', 'hooks', hook)
      await writeFile(path, `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 })
    }
    await scratch.write('new', 'new\n')
    await rm(marker, { force: true })
    await stateOf(scratch.path)
    await expect(stat(marker)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is never run: the filter of a submodule', async () => {
    await using library = await ScratchRepository.with({ lib: '1', '.gitattributes': '* filter=evil\n' })
    await using scratch = await ScratchRepository.with({ a: 'a' })
    await scratch.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'sub')
    await scratch.commit('submodule')
    const marker = join(scratch.path, '..', 'marker')
    await scratch.git('-C', 'sub', 'config', 'filter.evil.clean', `touch '${marker}'; cat`)
    await appendFile(join(scratch.path, 'sub', 'lib'), 'changed')
    await stateOf(scratch.path)
    await expect(stat(marker)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is never run: a program that would fetch missing objects', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const marker = join(scratch.path, '..', 'marker')
    await scratch.git('config', 'core.repositoryFormatVersion', '1')
    await scratch.git('config', 'extensions.partialClone', 'evil')
    await scratch.git('config', 'remote.evil.url', scratch.path)
    await scratch.git('config', 'remote.evil.promisor', 'true')
    await scratch.git('config', 'remote.evil.uploadpack', `touch '${marker}'; git-upload-pack`)
    const tree = await scratch.git('rev-parse', 'HEAD^{tree}')
    await rm(join(scratch.path, '.git', 'objects', tree.slice(0, 2), tree.slice(2)))
    await expect(stateOf(scratch.path)).rejects.toMatchObject({ code: 'git.failed' })
    await expect(stat(marker)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not decide which objects are read: replacements are ignored', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const real = await scratch.git('rev-parse', 'HEAD^{tree}')
    const head = await scratch.git('rev-parse', 'HEAD')
    await scratch.write('a', 'other\n')
    await scratch.commit('other')
    await scratch.git('replace', head, 'HEAD')
    await scratch.git('reset', '--quiet', '--hard', head)
    expect((await stateOf(scratch.path)).tree).toBe(real)
  })
})

/** Every file below a directory with its content and time of change. */
async function snapshotOf(dir: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(dir, { recursive: true })
  const found: Record<string, string> = {}
  for (const name of names.sort()) {
    const { mtimeMs } = await stat(join(dir, name))
    const content = await readFile(join(dir, name)).catch(() => Buffer.alloc(0))
    found[name] = `${mtimeMs} ${sha256Hex(content)}`
  }
  return found
}
