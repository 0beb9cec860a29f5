import { describe, expect, it } from 'vitest'
import { readTree } from './architecture-check.ts'
import { checkCitations, readCitations } from './citations.ts'
import { REACHED_STEP, REQUIREMENTS } from './requirements.ts'

describe('the requirements', () => {
  const tests = new Map([...readTree('.', ['src', 'test'])].filter(([file]) => file.endsWith('.test.ts')))
  // This file cites what does not exist, to show that it is found.
  tests.delete('test/requirements.test.ts')

  it('are cited by tests, and only what is required is cited', () => {
    expect(checkCitations(readCitations(tests), REQUIREMENTS, REACHED_STEP)).toEqual([])
  })

  it('have one id each', () => {
    const ids = REQUIREMENTS.flatMap((area) => area.rows).map(({ id }) => id)
    expect(ids).toHaveLength(new Set(ids).size)
  })
})

describe('the check of citations', () => {
  const areas = [
    {
      title: 'Recorded execution',
      rows: [
        { id: 'REC-1', text: 'the task is recorded', since: 1 },
        { id: 'REC-2', text: 'sources are recorded', since: 2 },
        { id: 'REC-3', text: 'tool calls are recorded' },
      ],
    },
  ]
  const read = (source: string) => readCitations(new Map([['src/a.test.ts', source]]))

  it('reads titles in every form, several ids at once', () => {
    const source = [
      `it('keeps the task [REC-1]', () => {})`,
      `it.each(rows)(\n  'keeps all [REC-1, REC-3]',`,
      'describe(`[REC-2] sources`, () => {})',
      `const text = 'not a title [REC-9]'`,
      `// it does [REC-9]`,
    ].join('\n')
    expect(read(source).map(({ id, title }) => `${id} ${title}`)).toEqual([
      'REC-1 keeps the task',
      'REC-1 keeps all',
      'REC-3 keeps all',
      'REC-2 sources',
    ])
  })

  it('finds an id nobody asked for', () => {
    const citations = read(`it('keeps [REC-1]')\nit('flies [AIR-1]')`)
    expect(checkCitations(citations, areas, 1)).toEqual([
      'src/a.test.ts cites AIR-1, which is no requirement: "flies"',
    ])
  })

  it('finds a row of a reached step that no test cites', () => {
    expect(checkCitations([], areas, 1)).toEqual(['REC-1 is cited by no test: the task is recorded'])
    expect(checkCitations([], areas, 2)).toHaveLength(2)
  })
})
