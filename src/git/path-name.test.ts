import { describe, expect, it } from 'vitest'
import { joinWithNul, pathText, splitAtNul } from './path-name.ts'

describe('the text of a path', () => {
  it('is the path itself when that is UTF-8', () => {
    expect(pathText(Buffer.from('src/ü\n-f'))).toBe('src/ü\n-f')
  })

  it('quotes bytes that are not UTF-8, so that different names stay different', () => {
    expect(pathText(Buffer.from([0x61, 0xff]))).toBe('"a\\377"')
    expect(pathText(Buffer.from([0x61, 0xfe]))).toBe('"a\\376"')
  })

  it('quotes a name that looks quoted', () => {
    expect(pathText(Buffer.from('"a\\377"'))).toBe('"\\"a\\\\377\\""')
  })

  it('keeps a byte order mark', () => {
    expect(pathText(Buffer.from('\ufeffa'))).toBe('\ufeffa')
  })
})

describe('lists of names', () => {
  it('survive being joined and split', () => {
    const names = [Buffer.from('a b'), Buffer.from('c\nd')]
    expect(splitAtNul(joinWithNul(names))).toEqual(names)
  })
})
