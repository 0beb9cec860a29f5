import { describe, expect, it } from 'vitest'
import { unexplainedFiles } from './index.ts'

describe('changed files that no tool call explains [REC-13]', () => {
  it.each([
    ['named by its path', '{"path":"src/a.ts"}'],
    ['named by its base name', 'cd src && sed -i s/x/y/ a.ts'],
    ['named at the end of a sentence', 'I changed a.ts.'],
    ['named behind a line break written in JSON', '{"command":"cat\\na.ts"}'],
  ])('leave out a file %s', (_how, argument) => {
    expect(unexplainedFiles(['src/a.ts'], [argument])).toEqual([])
  })

  it.each([
    ['as part of a longer name', 'data.ts a.tsx my-a.ts a.ts.orig'],
    ['nowhere', 'npm install'],
  ])('name a file that is mentioned %s', (_how, argument) => {
    expect(unexplainedFiles(['src/a.ts'], [argument])).toEqual(['src/a.ts'])
  })

  it('recognise names that JSON writes with escapes', () => {
    const names = ['odd "name"', 'zwei\nzeilen', 'ünï']
    const args = [JSON.stringify({ paths: ['odd "name"', 'zwei\nzeilen'] }), '{"path":"\\u00fcn\\u00ef"}']
    expect(unexplainedFiles(names, args)).toEqual([])
  })

  it('are all of them without any tool call', () => {
    expect(unexplainedFiles(['a', 'b'], [])).toEqual(['a', 'b'])
  })
})
