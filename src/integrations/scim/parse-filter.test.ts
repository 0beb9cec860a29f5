import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailure } from '../../kernel/index.ts'
import { matches } from './match-filter.ts'
import { parseFilter } from './parse-filter.ts'
import { USER_SCHEMA } from './schema.ts'

const ADA = {
  id: 'per_1',
  userName: 'Ada@Example.test',
  externalId: 'X1',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@example.test', type: 'work', primary: true },
    { value: 'ada@home.test', type: 'home' },
  ],
  active: true,
  meta: { lastModified: '2026-11-21T12:00:00.000Z' },
}

const finds = (text: string) => matches(parseFilter(text, USER_SCHEMA), ADA)

describe('a filter', () => {
  it.each([
    'userName eq "ada@example.TEST"',
    'USERNAME Eq "ada@example.test"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ADA"',
    'userName co "@" and userName ew ".test"',
    'name.familyName eq "lovelace"',
    'emails eq "ada@home.test"',
    'emails.value co "home"',
    'emails[type eq "work" and value co "example"]',
    'emails[not (type eq "work")]',
    'active eq true',
    'active eq "True"',
    'displayName eq null',
    'not (displayName pr)',
    'displayName ne "x"',
    'emails pr and name pr',
    'meta.lastModified gt "2026-11-21T12:59:00+01:00"',
    'meta.lastModified le "2026-11-21T12:00:00Z"',
    'userName eq "x" or active eq true and externalId eq "X1"',
    '(userName eq "x" or active eq true) and externalId eq "X1"',
    'externalId eq "\\u00581"',
  ])('finds by %s', (text) => {
    expect(finds(text)).toBe(true)
  })

  it.each([
    'externalId eq "x1"',
    'emails[type eq "work" and value co "home"]',
    'active eq false',
    'displayName pr',
    'displayName ne null',
    'name.givenName gt "b"',
    'userName eq "x" and (active eq true or externalId eq "X1")',
    'not (active eq true)',
    'emails eq 5',
  ])('does not find by %s', (text) => {
    expect(finds(text)).toBe(false)
  })

  it('is read or refused, whatever is written', () => {
    const words = [
      'userName',
      'emails',
      'eq',
      'pr',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      '"a"',
      '"',
      '\\',
      'true',
      '.',
    ]
    const text = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (written) => {
        try {
          return typeof finds(written) === 'boolean'
        } catch (error) {
          return isFailure(error, 'scim.filter-malformed')
        }
      }),
      { numRuns: 500 },
    )
  })
})
