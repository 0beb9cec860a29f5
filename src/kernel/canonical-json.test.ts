import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, 'x'] }, '{"a":[true,"x"],"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '\u{1f600}': 3, '\ufb33': 4, 1: 5 },
      '{"\\r":2,"1":5,"\u20ac":1,"\u{1f600}":3,"\ufb33":4}',
    ],
    [{ text: 'a "quote", a \\ and a \u0001' }, '{"text":"a \\"quote\\", a \\\\ and a \\u0001"}'],
    [-0, '0'],
    [[], '[]'],
    [{}, '{}'],
  ])('writes %j as RFC 8785 does', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it.each([
    [{ a: { b: [1, 0.5] } }, '$.a.b[1] holds a number that is not a safe integer'],
    [{ a: [{}, { z: '\ud800' }] }, '$.a[1].z holds a string with a lone surrogate'],
    [{ a: { '\udc00': 1 } }, '$.a holds a string with a lone surrogate'],
    [{ a: undefined }, '$.a holds a value of type undefined'],
    [{ b: null }, '$.b holds null'],
    [{ at: new Date(0) }, '$.at holds an object that is not plain'],
    [[1, undefined, 3], '$[1] holds a value of type undefined'],
    [2 ** 53, '$ holds a number that is not a safe integer'],
  ])('names the place of what cannot be recorded: %#', (value, sentence) => {
    expect(() => canonicalJson(value)).toThrow(sentence)
  })
})
