import { describe, expect, it } from 'vitest'
import { findMachineWords } from '../tools/machine-words.ts'

describe('words that belong to one machine', () => {
  it.each([
    ['a path', ['open ', 'root', 'project/file'].join('/')],
    ['a home directory', ['"', 'home', 'someone/file'].join('/')],
    ['a registry', `https://${['registry', 'npmjs', 'org'].join('.')}`],
    ['a folder beside the repository', ['see ..', 'shared', 'PLAN.md'].join('/')],
  ])('%s is found with its line', (_, text) => {
    expect(findMachineWords('README.md', `first\n${text}`)).toMatchObject([{ file: 'README.md', line: 2 }])
  })

  it.each([
    'src/work/queue.ts',
    'https://example.com/home/page',
    'the root of the tree',
    'git.example/root/repo',
  ])('not "%s"', (text) => {
    expect(findMachineWords('README.md', text)).toEqual([])
  })
})
