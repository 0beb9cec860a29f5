import { describe, expect, it } from 'vitest'
import { Failure } from '../../kernel/index.ts'
import { teamOf } from './group-mapping.ts'
import { scimProblemOf } from './problem.ts'
import { project } from './projection.ts'
import { USER_SCHEMA } from './schema.ts'
import { personOf, userNameKey } from './user-mapping.ts'
import { names, versionOf } from './version.ts'

describe('a user as a person', () => {
  const emails = [{ value: 'one@example.test' }, { value: 'Two@Example.test', type: 'work' }]
  it.each([
    [{ userName: 'u@example.test' }, { name: 'u@example.test', email: 'u@example.test', active: true }],
    [
      { userName: 'u', emails },
      { name: 'u', email: 'two@example.test', active: true },
    ],
    [
      { userName: 'u', emails: [...emails, { value: 'p@example.test', primary: true }], active: false },
      { name: 'u', email: 'p@example.test', active: false },
    ],
    [
      { userName: 'u@example.test', name: { givenName: 'Ada', familyName: 'Lovelace' } },
      { name: 'Ada Lovelace', email: 'u@example.test', active: true },
    ],
  ])('%j', (user, person) => {
    expect(personOf(user)).toEqual(person)
  })

  it('is the same user name in any case and width', () => {
    expect(userNameKey({ userName: 'ＡDA' })).toBe(userNameKey({ userName: 'ada' }))
  })
})

it.each([
  ['Platform & Tools', 'platform-tools'],
  ['  Équipe   Sécurité ', 'equipe-securite'],
  ['SG_Custody-Admins (EU)', 'sg-custody-admins-eu'],
])('calls the team of the group %s %s', (displayName, name) => {
  expect(teamOf({ displayName })).toMatchObject({ name })
})

it('shows parts of attributes, leaves parts out, and minds no name there is not', () => {
  const user = { id: 'per_1', userName: 'u', name: { givenName: 'A', familyName: 'B' } }
  expect(project(USER_SCHEMA, user, { attributes: 'NAME.givenname, nothing' })).toEqual({
    id: 'per_1',
    name: { givenName: 'A' },
  })
  expect(project(USER_SCHEMA, user, { excludedAttributes: 'name.givenName,userName,__proto__' })).toEqual({
    id: 'per_1',
    name: { familyName: 'B' },
  })
})

it('has another version when anything differs but what the server says of it', () => {
  const user = { id: 'per_1', userName: 'u', meta: { lastModified: 'now' } }
  expect(versionOf({ ...user, meta: {} })).toBe(versionOf(user))
  expect(versionOf({ ...user, active: false })).not.toBe(versionOf(user))
  expect(names(`"x", ${versionOf(user).slice(2)}`, versionOf(user))).toBe(true)
  expect(names('"x"', versionOf(user))).toBe(false)
})

it('says 412 for another version and uniqueness for a taken address', () => {
  expect(scimProblemOf(new Failure('scim.version-differs', 'conflict', 'x'))).toMatchObject({ status: '412' })
  expect(scimProblemOf(new Failure('identity.email-taken', 'conflict', 'x'))).toMatchObject({
    status: '409',
    scimType: 'uniqueness',
  })
})
