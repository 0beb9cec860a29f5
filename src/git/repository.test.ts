import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ScratchRepository } from '../../test/support/scratch-repository.ts'
import { closeRepository, openRepository } from './index.ts'

describe('opening a repository', () => {
  it('finds the top level from a directory inside', async () => {
    await using scratch = await ScratchRepository.with({ 'src/deep/a.txt': 'a' })
    const opened = await openRepository(join(scratch.path, 'src/deep'))
    expect(opened).toMatchObject({ ok: true, value: { path: scratch.path, objectFormat: 'sha1' } })
    if (opened.ok) await closeRepository(opened.value)
  })

  it('finds a linked work tree and the directory it shares', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a' })
    const linked = join(scratch.path, '..', 'linked')
    await scratch.git('worktree', 'add', '--quiet', linked)
    const opened = await openRepository(linked)
    expect(opened).toMatchObject({ ok: true, value: { commonDir: join(scratch.path, '.git') } })
    if (opened.ok) await closeRepository(opened.value)
  })

  it('opens a repository whose path holds a newline', async () => {
    const root = await mkdtemp(join(tmpdir(), 'custody-test-\n-'))
    await using scratch = await ScratchRepository.create()
    await scratch.git('init', '--quiet', join(root, 'odd "name"\n'))
    const opened = await openRepository(join(root, 'odd "name"\n'))
    expect(opened).toMatchObject({ ok: true, value: { path: join(root, 'odd "name"\n') } })
    if (opened.ok) await closeRepository(opened.value)
    await rm(root, { recursive: true })
  })

  it('refuses a directory that is not there', async () => {
    expect(await openRepository('/nonexistent/here')).toEqual({ ok: false, refusal: 'no-such-directory' })
  })

  it('refuses a directory without a repository', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'custody-test-'))
    expect(await openRepository(dir)).toEqual({ ok: false, refusal: 'not-a-repository' })
    await rm(dir, { recursive: true })
  })

  it('refuses a bare repository', async () => {
    await using scratch = await ScratchRepository.create()
    const bare = join(scratch.path, 'bare')
    await mkdir(bare)
    await scratch.git('init', '--quiet', '--bare', bare)
    expect(await openRepository(bare)).toEqual({ ok: false, refusal: 'bare-repository' })
  })

  it('says so when there is no git program', async () => {
    await using scratch = await ScratchRepository.create()
    const opening = openRepository(scratch.path, { searchPath: '/nonexistent' })
    await expect(opening).rejects.toMatchObject({ code: 'git.not-installed', kind: 'unavailable' })
  })
})
