import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailure } from '../../kernel/index.ts'
import { applyPatch } from './apply-patch.ts'
import { readPatch } from './patch-request.ts'
import type { ScimResource } from './resource.ts'
import { USER_SCHEMA } from './schema.ts'

const WORK = { value: 'ada@work.test', type: 'work', primary: true }
const HOME = { value: 'ada@home.test', type: 'home' }
const ADA: ScimResource = { userName: 'ada', name: { givenName: 'Ada' }, emails: [WORK, HOME], active: true }

const patched = (...Operations: readonly object[]) => applyPatch(USER_SCHEMA, ADA, readPatch({ Operations }))

describe('a PATCH', () => {
  it('replaces the part of the item that a path chooses', () => {
    const { emails } = patched({
      op: 'Replace',
      path: 'emails[type eq "work"].value',
      value: 'new@work.test',
    })
    expect(emails).toEqual([HOME, { ...WORK, value: 'new@work.test' }])
  })

  it('makes the item when Entra adds the first of its type', () => {
    const { emails } = patched({ op: 'Add', path: 'emails[type eq "other"].value', value: 'ada@other.test' })
    expect(emails).toEqual([WORK, HOME, { type: 'other', value: 'ada@other.test' }])
  })

  it('has one primary item at most', () => {
    const { emails } = patched({ op: 'add', path: 'emails', value: [{ value: 'a@b.test', primary: true }] })
    expect(emails).toEqual([{ ...WORK, primary: false }, HOME, { value: 'a@b.test', primary: true }])
  })

  it('reads paths in the keys of a value, with or without the URN', () => {
    const value = {
      'name.familyName': 'Lovelace',
      'urn:ietf:params:scim:schemas:core:2.0:User:displayName': 'Ada L.',
      'emails[type eq "home"].value': 'l@home.test',
      schemas: [],
      id: 'ignored',
    }
    expect(patched({ op: 'Replace', value })).toMatchObject({
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      displayName: 'Ada L.',
      emails: [WORK, { ...HOME, value: 'l@home.test' }],
    })
  })

  it('removes an attribute, a part, an item and a list of items', () => {
    expect(patched({ op: 'remove', path: 'name' })).not.toHaveProperty('name')
    expect(patched({ op: 'remove', path: 'name.givenName' }).name).toEqual({})
    expect(patched({ op: 'remove', path: 'emails[type eq "home"]' }).emails).toEqual([WORK])
    expect(patched({ op: 'remove', path: 'emails' })).not.toHaveProperty('emails')
    expect(patched({ op: 'remove', path: 'emails', value: [{ value: 'ADA@home.test' }] }).emails).toEqual([
      WORK,
    ])
  })

  it('takes an empty value for a removal', () => {
    expect(patched({ op: 'Replace', path: 'name.givenName', value: '' }).name).toEqual({})
    expect(patched({ op: 'Replace', path: 'emails', value: [] })).not.toHaveProperty('emails')
  })

  it('changes nothing of what it was given', () => {
    const before = structuredClone(ADA)
    patched(
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@y.test' },
      { op: 'remove', path: 'name' },
    )
    expect(ADA).toEqual(before)
  })

  it('is applied or refused, whatever is written', () => {
    const path = fc.constantFrom(
      'emails',
      'emails[type eq "work"]',
      'name.givenName',
      '__proto__',
      'a.b.c',
      'x[',
      'id',
      '',
    )
    const op = fc.constantFrom('add', 'Replace', 'REMOVE', 'move')
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom({ value: 'x' }, [{ value: 'y' }], 'z'))
    fc.assert(
      fc.property(
        fc.array(fc.record({ op, path, value }, { requiredKeys: ['op'] }), { maxLength: 5 }),
        (operations) => {
          try {
            return typeof patched(...operations) === 'object' && !Object.hasOwn(Object.prototype, 'value')
          } catch (error) {
            return isFailure(error) && error.code.startsWith('scim.')
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
