import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/kernel/index.ts'
import { canonicalText, isCanonical } from '../../src/recording/verify/canonical.ts'

const text = () => fc.string({ unit: 'binary', maxLength: 12 })
const name = () =>
  fc.oneof(text(), fc.constantFrom('__proto__', 'constructor', 'toJSON', '', '€', '\u{1d306}', '\ufb33'))

/** Whatever a record may hold. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name(), tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
}))

describe('canonical bytes', () => {
  it('say the same when they are read, and have no other spelling', () => {
    fc.assert(
      fc.property(value, (record) => {
        const written = canonicalJson(record)
        expect(JSON.parse(written)).toEqual(record)
        expect(canonicalJson(JSON.parse(written))).toBe(written)
        expect(isCanonical(written)).toBe(true)
      }),
    )
  })

  it('are the same to the recorder and to the verifier', () => {
    fc.assert(fc.property(value, (record) => canonicalText(record) === canonicalJson(record)))
  })

  it('do not depend on the order in which members were made', () => {
    const members = fc.uniqueArray(fc.tuple(name(), fc.integer()), { selector: ([key]) => key })
    fc.assert(
      fc.property(members, (list) => {
        const there = canonicalJson(Object.fromEntries(list))
        expect(canonicalJson(Object.fromEntries(list.toReversed()))).toBe(there)
      }),
    )
  })

  it('are none with a byte more or less', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.constantFrom(' ', '\n', '0', ',', ' '), (record, at, more) => {
        const written = canonicalJson(record)
        const place = at % (written.length + 1)
        const longer = written.slice(0, place) + more + written.slice(place)
        fc.pre(!(isCanonical(longer) && saysOther(longer, record)))
        expect(isCanonical(longer)).toBe(false)
      }),
    )
  })

  it.each([
    ['a fraction', '0.5'],
    ['a whole number spelled as a fraction', '1.0'],
    ['a whole number spelled with an exponent', '1e3'],
    ['a negative zero', '-0'],
    ['a leading zero', '01'],
    ['an integer beyond 2^53 - 1', '9007199254740992'],
    ['an integer that a double cannot hold', '9007199254740993'],
    ['an integer without end', '1'.repeat(400)],
    ['null', 'null'],
    ['a name twice', '{"a":1,"a":1}'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":1}'],
    ['names out of order', '{"b":1,"a":1}'],
    // UTF-16 code units, not code points: the surrogates of U+1D306 sort before U+FB33.
    ['names in the order of code points', '{"\ufb33":1,"\u{1d306}":1}'],
    ['half a character', '"\\ud800"'],
    ['half a character in a name', '{"\\udc00":1}'],
    ['an escape that is not needed', '"\\u0041"'],
    ['an escape in capitals', '"\\u001F"'],
    ['an escaped slash', '"\\/"'],
    ['a byte order mark', '\ufeff{}'],
    ['a space', '{"a": 1}'],
    ['a newline at the end', '{}\n'],
    ['two values', '{}{}'],
    ['nesting beyond reason', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['nesting of one level too many', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['members without end', `[${'1,'.repeat(3_000_000)}1]`],
  ])('are not %s', (_what, spelled) => {
    expect(isCanonical(spelled)).toBe(false)
  })

  it('may have a name that means something to JavaScript', () => {
    expect(isCanonical('{"__proto__":{"a":1},"constructor":1}')).toBe(true)
    expect(({} as { a?: unknown }).a).toBeUndefined()
  })

  it('are not made of what they cannot say', () => {
    const unsayable = fc.oneof(
      fc.double({ noInteger: true }),
      fc.constantFrom(2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY),
      fc.constantFrom(null, undefined, 1n, Symbol('s'), () => 1, new Date(0), new Map(), new Uint8Array(1)),
      fc.constantFrom('\ud800', 'a\udfff', { '\ud800': 1 }, { toJSON: () => 1 }, nested(65)),
    )
    const around = [(bad: unknown) => bad, (bad: unknown) => [1, bad], (bad: unknown) => ({ a: { b: bad } })]
    fc.assert(
      fc.property(unsayable, fc.constantFrom(...around), (bad, wrap) => {
        expect(() => canonicalJson(wrap(bad))).toThrow(
          expect.objectContaining({ code: 'canonical.unrepresentable' }),
        )
      }),
    )
  })

  it('may be as deep as a verifier reads, and no deeper', () => {
    expect(isCanonical(canonicalJson(nested(64)))).toBe(true)
    expect(() => canonicalJson(nested(100_000))).toThrow(
      expect.objectContaining({ code: 'canonical.unrepresentable' }),
    )
  })
})

function nested(levels: number): unknown {
  let value: unknown = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}

/** A digit or a character more can make other canonical bytes, of something else. */
function saysOther(written: string, record: unknown): boolean {
  return canonicalText(JSON.parse(written)) !== canonicalText(record)
}
