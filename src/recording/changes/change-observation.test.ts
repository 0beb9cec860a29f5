import { describe, expect, it } from 'vitest'
import type { Blob, ChangedFile, Commit, RepositoryState } from '../../git/index.ts'
import { canonicalJson } from '../../kernel/index.ts'
import { MAX_ENTRY_BYTES } from '../record/index.ts'
import { type ChangeInput, describeChange, describeRepositoryState, type ObservedPart } from './index.ts'

const STATE: RepositoryState = {
  path: '/home/ada/shop',
  branch: 'secret-project',
  commit: '1'.repeat(40),
  tree: '2'.repeat(40),
  workTree: '3'.repeat(40),
  refs: [{ name: 'refs/heads/secret-project', id: '1'.repeat(40) }],
  remotes: [{ name: 'origin', url: 'https://example.test/shop.git' }],
  submodules: [],
  clean: false,
  changedTotal: 1,
  patch: Buffer.from('diff --git'),
  untracked: [{ path: 'new', bytes: 1, mode: '100644', sha256: '4'.repeat(64) }],
  untrackedTotal: 1,
}

function inputWith(changes: Partial<ChangeInput>): ChangeInput {
  return {
    repository: 0,
    before: STATE,
    after: STATE,
    compared: 'work-trees',
    commits: { commits: [], total: 0, rewritten: false },
    files: [],
    blobs: new Map(),
    patch: Buffer.alloc(0),
    ...changes,
  }
}

function idOf(number: number): string {
  return number.toString(16).padStart(40, '0')
}

function commitNumber(number: number): Commit {
  const person = { name: 'Ada', email: 'ada@example.test' }
  return {
    sha: idOf(number),
    tree: idOf(number),
    parents: [],
    author: person,
    committer: person,
    subject: 'change',
    files: [],
  }
}

function contents(count: number): {
  readonly files: readonly ChangedFile[]
  readonly blobs: Map<string, Blob>
} {
  const numbers = Array.from({ length: count }, (_, number) => number)
  return {
    files: numbers.map((number) => ({
      path: `f${number}`,
      status: 'added',
      postMode: '100644',
      postBlob: idOf(number),
    })),
    blobs: new Map(
      numbers.map((number) => {
        const content = Buffer.from(`content ${number};`)
        return [idOf(number), { id: idOf(number), bytes: content.length, sha256: 'd', content }]
      }),
    ),
  }
}

function bodyOf(parts: readonly ObservedPart[], name: string): Buffer {
  return Buffer.from(parts.find((part) => part.name === name)?.body ?? '')
}

function jsonOf(parts: readonly ObservedPart[], name: string): unknown {
  return JSON.parse(bodyOf(parts, name).toString())
}

/** The size of the event with a commitment for each part, as the ledger will hold it. */
function entryBytes(observation: { readonly data: object; readonly parts: readonly ObservedPart[] }): number {
  const parts = Object.fromEntries(
    observation.parts.map(({ name, type, body }) => [
      name,
      { alg: 'hmac-sha256', bytes: body.length, commitment: 'f'.repeat(64), type },
    ]),
  )
  return canonicalJson({ data: observation.data, parts }).length + 500
}

describe('the record of a repository state [REC-4]', () => {
  const { data, parts } = describeRepositoryState(2, 'before', STATE)

  it('holds ids and counts in the event and no name', () => {
    expect(data).toEqual({
      repository: 2,
      moment: 'before',
      commit: STATE.commit,
      tree: STATE.tree,
      workTree: STATE.workTree,
      clean: false,
      untracked: 1,
      submodules: 0,
      patchBytes: 10,
    })
  })

  it('holds names in the part', () => {
    expect(jsonOf(parts, 'state')).toMatchObject({
      path: '/home/ada/shop',
      branch: 'secret-project',
      remotes: STATE.remotes,
      untracked: STATE.untracked,
    })
  })

  it('has no patch part when there is nothing in it', () => {
    const clean = describeRepositoryState(0, 'after', { ...STATE, clean: true, patch: Buffer.alloc(0) })
    expect(clean.parts.map((part) => part.name)).toEqual(['state'])
  })

  it('says that a patch was too large to keep', () => {
    const { patch: _patch, ...large } = STATE
    expect(describeRepositoryState(0, 'after', large).data).toMatchObject({ patchKept: false })
  })

  it('can be made of a repository without commits', () => {
    const { commit: _commit, tree: _tree, ...unborn } = STATE
    expect(describeRepositoryState(0, 'before', unborn).data).not.toHaveProperty('commit')
  })
})

describe('the record of a change [REC-6]', () => {
  it('names each content once and says where it is', () => {
    const { files, blobs } = contents(2)
    const { parts } = describeChange(
      inputWith({ files: [...files, { ...files[0], path: 'copy' } as ChangedFile], blobs }),
    )
    expect(parts.map((part) => part.name)).toEqual(['commits', 'files', 'b0', 'b1'])
    const [, , copy] = jsonOf(parts, 'files') as readonly { readonly post: object }[]
    expect(copy?.post).toEqual({
      blob: idOf(0),
      mode: '100644',
      sha256: 'd',
      bytes: 10,
      kept: true,
      part: 'b0',
      offset: 0,
    })
  })

  it('says of a content that was too large that it is not kept', () => {
    const files: ChangedFile[] = [{ path: 'f', status: 'added', postMode: '100644', postBlob: idOf(1) }]
    const blobs = new Map([[idOf(1), { id: idOf(1), bytes: 5_000_000, sha256: 'd' }]])
    const { parts } = describeChange(inputWith({ files, blobs }))
    expect(jsonOf(parts, 'files')).toMatchObject([{ post: { kept: false, bytes: 5_000_000, sha256: 'd' } }])
  })

  it('lets contents share parts when there are many, and each can be cut out again', () => {
    const { files, blobs } = contents(1000)
    const { parts } = describeChange(inputWith({ files, blobs }))
    const recorded = jsonOf(parts, 'files') as readonly {
      readonly post: { readonly part: string; readonly offset: number; readonly bytes: number }
    }[]
    const { part, offset, bytes } = recorded[777]?.post ?? { part: '', offset: 0, bytes: 0 }
    expect(
      bodyOf(parts, part)
        .subarray(offset, offset + bytes)
        .toString(),
    ).toBe('content 777;')
  })

  it('fits into an entry with many commits and contents', () => {
    const commits = Array.from({ length: 2000 }, (_, number) => commitNumber(number))
    const observation = describeChange(
      inputWith({ ...contents(5000), commits: { commits, total: 2000, rewritten: true } }),
    )
    expect(entryBytes(observation)).toBeLessThan(MAX_ENTRY_BYTES)
  })

  it('cuts the list of commits in the event, says how many there are, and keeps all in the part', () => {
    const commits = Array.from({ length: 500 }, (_, number) => commitNumber(number))
    const { data, parts } = describeChange(inputWith({ commits: { commits, total: 500, rewritten: false } }))
    expect(data.commits).toHaveLength(400)
    expect(data.trees).toHaveLength(400)
    expect(data.commitsTotal).toBe(500)
    expect(jsonOf(parts, 'commits')).toHaveLength(500)
  })

  it('counts files no tool call explains when it knows the tool calls', () => {
    const { files } = contents(3)
    const { data } = describeChange(inputWith({ files, toolCallArguments: ['touch f0 f1'] }))
    expect(data.unexplained).toBe(1)
    expect(describeChange(inputWith({ files })).data).not.toHaveProperty('unexplained')
  })

  it('keeps the people a commit claims out of the event', () => {
    const { data, parts } = describeChange(
      inputWith({ commits: { commits: [commitNumber(1)], total: 1, rewritten: false } }),
    )
    expect(canonicalJson(data)).not.toContain('ada@example.test')
    expect(bodyOf(parts, 'commits').toString()).toContain('ada@example.test')
  })
})
