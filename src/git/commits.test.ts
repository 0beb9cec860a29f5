import { afterEach, describe, expect, it } from 'vitest'
import { ScratchRepository } from '../../test/support/scratch-repository.ts'
import {
  type CommitsMade,
  closeRepository,
  openRepository,
  type Repository,
  readBlobs,
  readChangedFiles,
  readCommits,
  readPatch,
  readState,
} from './index.ts'

const opened: Repository[] = []
afterEach(async () => {
  for (const repository of opened.splice(0)) await closeRepository(repository)
})

async function open(scratch: ScratchRepository): Promise<Repository> {
  const repository = await openRepository(scratch.path)
  if (!repository.ok) throw new Error(repository.refusal)
  opened.push(repository.value)
  return repository.value
}

async function commitsOf(scratch: ScratchRepository, work: () => Promise<unknown>): Promise<CommitsMade> {
  const repository = await open(scratch)
  const before = await readState(repository)
  await work()
  return readCommits(repository, before, await readState(repository))
}

describe('the commits made between two states [REC-6]', () => {
  it('come in the order they were made, with tree, parents, files and patch id', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const base = await scratch.git('rev-parse', 'HEAD')
    const made = await commitsOf(scratch, async () => {
      await scratch.write('a', 'b\n')
      await scratch.commit('change a')
      await scratch.write('new', 'n\n')
      await scratch.commit('add new')
    })
    expect(made).toMatchObject({
      total: 2,
      rewritten: false,
      commits: [
        { subject: 'change a', parents: [base], files: [{ path: 'a', status: 'modified' }] },
        { subject: 'add new', files: [{ path: 'new', status: 'added' }] },
      ],
    })
    expect(made.commits[1]?.tree).toBe(await scratch.git('rev-parse', 'HEAD^{tree}'))
    expect(made.commits[0]?.patchId).toMatch(/^[0-9a-f]{40}$/)
    expect(made.commits[0]?.author).toEqual({
      name: 'Ada',
      email: 'ada@example.test',
      date: '2026-03-01T10:00:00+01:00',
    })
  })

  it('are none when nothing was committed', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const made = await commitsOf(scratch, () => scratch.write('a', 'b\n'))
    expect(made).toEqual({ commits: [], total: 0, rewritten: false })
  })

  it('include the first commit of a repository', async () => {
    await using scratch = await ScratchRepository.create()
    const made = await commitsOf(scratch, async () => {
      await scratch.write('a', 'a')
      await scratch.commit('root')
    })
    expect(made).toMatchObject({
      total: 1,
      rewritten: false,
      commits: [{ parents: [], files: [{ path: 'a' }] }],
    })
  })

  it('include those on another branch that is not checked out', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const made = await commitsOf(scratch, async () => {
      await scratch.git('checkout', '--quiet', '-b', 'side')
      await scratch.commit('on the side')
      await scratch.git('checkout', '--quiet', 'main')
    })
    expect(made).toMatchObject({ rewritten: false, commits: [{ subject: 'on the side', files: [] }] })
  })

  it('tell when history was rewritten', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    await scratch.commit('second')
    const made = await commitsOf(scratch, () =>
      scratch.git('commit', '--quiet', '--allow-empty', '--amend', '-m', 'second, amended'),
    )
    expect(made).toMatchObject({ rewritten: true, commits: [{ subject: 'second, amended' }] })
  })

  it('tell when commits were thrown away', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    await scratch.commit('second')
    const made = await commitsOf(scratch, () => scratch.git('reset', '--quiet', '--hard', 'HEAD^'))
    expect(made).toEqual({ commits: [], total: 0, rewritten: true })
  })

  it('give a merge its files against the first parent and no patch id', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const made = await commitsOf(scratch, async () => {
      await scratch.git('checkout', '--quiet', '-b', 'side')
      await scratch.write('side', 's\n')
      await scratch.commit('side')
      await scratch.git('checkout', '--quiet', 'main')
      await scratch.git('merge', '--quiet', '--no-ff', '-m', 'merged', 'side')
    })
    const merge = made.commits[1]
    expect(merge).toMatchObject({ subject: 'merged', files: [{ path: 'side' }] })
    expect(merge?.patchId).toBeUndefined()
  })

  it('have the same patch id for the same change elsewhere', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n', b: 'b\n' })
    const made = await commitsOf(scratch, async () => {
      await scratch.git('checkout', '--quiet', '-b', 'side')
      await scratch.write('a', 'changed\n')
      const picked = await scratch.commit('change')
      await scratch.git('checkout', '--quiet', 'main')
      await scratch.write('b', 'other\n')
      await scratch.commit('other')
      await scratch.git('cherry-pick', picked)
    })
    const ids = made.commits.filter((commit) => commit.subject === 'change').map((commit) => commit.patchId)
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(ids[1])
  })
})

describe('the files that differ between two trees [REC-6]', () => {
  it('have status, modes and blob ids on both sides', async () => {
    await using scratch = await ScratchRepository.with({ gone: 'g', kept: 'k', 'odd\nname': '1' })
    const repository = await open(scratch)
    const before = await readState(repository)
    await scratch.git('rm', '--quiet', 'gone')
    await scratch.write('odd\nname', '2')
    await scratch.write('new', 'n')
    const after = await readState(repository)
    const files = await readChangedFiles(repository, before.workTree ?? '', after.workTree ?? '')
    const blob = await scratch.git('hash-object', 'new')
    expect(files).toEqual([
      {
        path: 'gone',
        status: 'deleted',
        preMode: '100644',
        preBlob: expect.stringMatching(/^[0-9a-f]{40}$/),
      },
      { path: 'new', status: 'added', postMode: '100644', postBlob: blob },
      expect.objectContaining({
        path: 'odd\nname',
        status: 'modified',
        preMode: '100644',
        postMode: '100644',
      }),
    ])
  })
})

describe('contents of blobs', () => {
  it('are read up to the limits and digested beyond', async () => {
    await using scratch = await ScratchRepository.with({
      small: 'small',
      large: 'x'.repeat(100_000),
      third: 'third',
    })
    const repository = await open(scratch)
    await readState(repository)
    const [small = '', large = '', third = ''] = (
      await scratch.git('rev-parse', 'HEAD:small', 'HEAD:large', 'HEAD:third')
    ).split('\n')
    const missing = '1'.repeat(40)
    const blobs = await readBlobs(repository, [small, missing, large, third], {
      maxBlobBytes: 1000,
      maxTotalBytes: 8,
    })
    expect([...blobs.values()].map((blob) => [blob.bytes, blob.content?.toString()])).toEqual([
      [5, 'small'],
      [100_000, undefined],
      [5, undefined],
    ])
  })
})

describe('a patch', () => {
  it('is refused when it is too large to hold', async () => {
    await using scratch = await ScratchRepository.create()
    await scratch.write('large', 'x'.repeat(34_000_000))
    const repository = await open(scratch)
    const state = await readState(repository)
    const empty = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
    expect(await readPatch(repository, empty, state.workTree ?? '')).toEqual({
      ok: false,
      refusal: 'too-large',
    })
  })
})
