import { describe, expect, it } from 'vitest'
import { parseCommit } from './commit-object.ts'

const TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

function commitWith(lines: readonly string[], message = 'subject\n\nbody\n'): Buffer {
  return Buffer.from([`tree ${TREE}`, ...lines, '', message].join('\n'))
}

describe('a commit object', () => {
  it('gives tree, parents, people and subject', () => {
    const body = commitWith([
      'parent 1111111111111111111111111111111111111111',
      'parent 2222222222222222222222222222222222222222',
      'author Ada Lovelace <ada@example.test> 1767225600 +0130',
      'committer Bo <bo@example.test> 1767225600 -0800',
    ])
    expect(parseCommit(body)).toEqual({
      tree: TREE,
      parents: ['1111111111111111111111111111111111111111', '2222222222222222222222222222222222222222'],
      author: { name: 'Ada Lovelace', email: 'ada@example.test', date: '2026-01-01T01:30:00+01:30' },
      committer: { name: 'Bo', email: 'bo@example.test', date: '2025-12-31T16:00:00-08:00' },
      subject: 'subject',
    })
  })

  it('leaves out a date that cannot be one', () => {
    const { author } = parseCommit(commitWith(['author A <a@b> 99999999999999999 +0000']))
    expect(author).toEqual({ name: 'A', email: 'a@b' })
  })

  it('survives a person line that follows no rule', () => {
    const { author, subject } = parseCommit(commitWith(['author nonsense'], ''))
    expect({ author, subject }).toEqual({ author: { name: '', email: '' }, subject: '' })
  })

  it('cuts a long subject without leaving half a character', () => {
    const { subject } = parseCommit(commitWith([], `${'x'.repeat(499)}😀`))
    expect(subject.isWellFormed()).toBe(true)
    expect(subject).toHaveLength(500)
  })

  it('replaces bytes that are not UTF-8', () => {
    const body = Buffer.concat([commitWith([], 'caf'), Buffer.from([0xe9])])
    expect(parseCommit(body).subject).toBe('caf\ufffd')
  })
})
