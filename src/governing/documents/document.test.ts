import { describe, expect, it } from 'vitest'
import {
  byteSize,
  decimal,
  duration,
  flag,
  formatProblems,
  listOf,
  mapOf,
  oneOf,
  optional,
  paragraph,
  parseDocument,
  record,
  required,
  section,
  text,
  wholeNumber,
  withDefault,
} from './index.ts'

const FIELDS = record({
  name: required(text()),
  about: optional(paragraph()),
  level: withDefault(oneOf([1, 2]), 1),
  colour: withDefault(oneOf(['red', 'green']), 'red'),
  open: withDefault(flag(), false),
  count: optional(wholeNumber({ least: 1, most: 9 })),
  share: optional(decimal({ least: 0, most: 1 })),
  wait: optional(duration({ least: '1s', most: '1h' })),
  size: optional(byteSize({ least: '1kB', most: '1MB' })),
  tags: withDefault(listOf(text()), []),
  scores: optional(mapOf(/^[a-z]+$/, decimal({ least: 0, most: 1 }))),
  inner: section({ depth: withDefault(wholeNumber({ least: 0, most: 9 }), 3) }),
})

function read(lines: string) {
  return parseDocument(lines, { file: 'f.yaml' }, FIELDS)
}

function problems(lines: string): string {
  const result = read(lines)
  return result.ok ? 'no problems' : formatProblems(result.refusal)
}

describe('a document that follows its table', () => {
  it('is read with its defaults', () => {
    expect(read('name: x')).toEqual({
      ok: true,
      value: { name: 'x', level: 1, colour: 'red', open: false, tags: [], inner: { depth: 3 } },
    })
  })

  it('keeps decimals as they were written', () => {
    expect(read('{name: x, share: 0.50, scores: {a: 1.0}}')).toMatchObject({
      value: { share: '0.50', scores: { a: '1.0' } },
    })
  })

  it('turns measures into numbers that name their unit', () => {
    expect(read('{name: x, wait: 10m, size: 500kB}')).toMatchObject({
      value: { wait: { ms: 600_000 }, size: { bytes: 500_000 } },
    })
  })

  it('may start with a byte order mark', () => {
    expect(read('\ufeffname: x').ok).toBe(true)
  })
})

describe('a document with problems', () => {
  it('tells all of them at once, in the order of the text', () => {
    expect(problems('nme: x\nlevel: 3\ncolour: gren\nopen: yes\ninner: {depth: 10}')).toBe(
      [
        'f.yaml:1:1  nme is not a known key.  → did you mean name?',
        'f.yaml:1:1  name is missing.',
        'f.yaml:2:8  level must be one of 1, 2.',
        'f.yaml:3:9  colour must be one of red, green.  → did you mean green?',
        'f.yaml:4:7  open must be true or false, not this text.',
        'f.yaml:5:16  inner.depth must be a whole number from 0 to 9.',
      ].join('\n'),
    )
  })

  it.each([
    ['name: [a]', '1:7  name must be one line of text of at most 200 characters, not a list.'],
    ['name:', '1:6  name must be one line of text of at most 200 characters, not nothing.'],
    ['name: 5', '1:7  name must be one line of text of at most 200 characters, not a number.'],
    ['name: "a\\nb"', '1:7  name must be one line of text of at most 200 characters.'],
    ['{name: x, count: 1.5}', '1:18  count must be a whole number from 1 to 9.'],
    ['{name: x, share: 1.1}', '1:18  share must be a decimal number from 0 to 1.'],
    ['{name: x, share: .inf}', '1:18  share must be a decimal number from 0 to 1.'],
    ['{name: x, wait: 2h}', '1:17  wait must be a time from 1s to 1h, such as 30s, 10m, 12h or 400d.'],
    ['{name: x, size: 5}', '1:17  size must be a size from 1kB to 1MB, such as 500kB or 32MB, not a number.'],
    ['{name: x, tags: [a, a]}', '1:21  tags[1] repeats an earlier item.  → keep one of them'],
    ['{name: x, scores: {A: 1}}', '1:23  scores.A is not a name that can stand here.'],
    ['{name: x, inner: []}', '1:18  inner must be a mapping of keys to values, not a list.'],
    ['- x', '1:1  The document must be a mapping of keys to values, not a list.'],
    ['', '1:1  name is missing.'],
    ['name: x\nname: y', '2:1  name is given twice.  → keep one of them'],
    ['name: x\n__proto__: y', /^f.yaml:2:1 {2}__proto__ is not a known key/],
  ])('says what is wrong with %j', (lines, expected) => {
    if (typeof expected === 'string') expect(problems(lines)).toBe(`f.yaml:${expected}`)
    else expect(problems(lines)).toMatch(expected)
  })

  it.each([
    ['an unclosed bracket', 'name: [a', '1:9'],
    ['a tab', '\tname: x', '1:1'],
    ['a tag', 'name: !!binary aGk=', '1:7'],
    ['a second document', 'name: x\n---\nname: y', '2:1'],
    ['a key that is a list', '? [a]\n: b', '1:3'],
    ['an escape that does not exist', 'name: "\\q"', '1:8'],
    ['two colons on one line', 'name: a: b', '1:7'],
    ['nesting beyond the stack', '['.repeat(50_000), '1:'],
    ['deep nesting', `name: ${'['.repeat(40)}${']'.repeat(40)}`, '1:'],
  ])('is refused for %s', (_, lines, place) => {
    expect(problems(lines)).toMatch(new RegExp(`^f\\.yaml:${place}`))
  })

  it('never quotes a wrong value', () => {
    const secret = 'sk-abcdefghijkl'
    for (const lines of [
      `colour: ${secret}`,
      `count: ${secret}`,
      `name: [${secret}`,
      `wait: "\\q${secret}"`,
    ]) {
      expect(problems(lines)).not.toContain(secret)
    }
  })

  it('refuses aliases, so that a small file cannot grow', () => {
    const bomb = `a: &a [x]\n${'bcdefgh'.replaceAll(/./g, (key) => `${key}: &${key} [*a, *a]\n`)}`
    expect(problems(bomb)).toContain('An alias (*name) is not read here.  → write the value out')
  })

  it('refuses what is larger than 256 KiB', () => {
    expect(problems(`name: ${'x'.repeat(256 * 1024)}`)).toBe('f.yaml:1:1  The file is larger than 256 KiB.')
  })

  it('refuses text that no UTF-8 file can hold', () => {
    expect(problems('name: \ud800')).toContain('not UTF-8')
  })

  it('lets no key write control characters to a terminal', () => {
    expect(problems('"\\e[31mred": 1\nname: x')).not.toContain('\u001b')
  })
})
