import { describe, expect, it } from 'vitest'
import { judgeClaim } from './linking.ts'

const VOUCHED = { email: 'ada@example.test', emailVerified: true }
const known = { id: 'per_1', status: 'active' } as const
const byEmail = { ...known, verified: true, hasOther: false }

describe('whom an account belongs to', () => {
  it('is the person it was linked to, whatever its address is by now', () => {
    const claim = { email: 'other@example.test', emailVerified: false }
    expect(judgeClaim(claim, { byAccount: known, mayAdd: true })).toEqual({
      verdict: 'known',
      person: 'per_1',
    })
  })

  it('is the person with the same address when both sides vouch for it', () => {
    expect(judgeClaim(VOUCHED, { byEmail, mayAdd: true })).toEqual({ verdict: 'link', person: 'per_1' })
  })

  it.each([
    ['the provider does not vouch for', { ...VOUCHED, emailVerified: false }, byEmail],
    ['nobody vouched for here', VOUCHED, { ...byEmail, verified: false }],
  ])('is never concluded from an address that %s [SEC-1]', (_, claim, candidate) => {
    const verdict = judgeClaim(claim, { byEmail: candidate, mayAdd: true })
    expect(verdict).toEqual({ verdict: 'refuse', because: 'unverified-email' })
  })

  it('does not let an unverified address make a person either', () => {
    const verdict = judgeClaim({ ...VOUCHED, emailVerified: false }, { mayAdd: true })
    expect(verdict).toEqual({ verdict: 'refuse', because: 'unverified-email' })
  })

  it('leaves a second account of one human at one provider to an administrator', () => {
    const verdict = judgeClaim(VOUCHED, { byEmail: { ...byEmail, hasOther: true }, mayAdd: true })
    expect(verdict).toEqual({ verdict: 'refuse', because: 'second-account' })
  })

  it.each(['deactivated', 'merged'] as const)('is nobody who is %s', (status) => {
    expect(judgeClaim(VOUCHED, { byAccount: { ...known, status }, mayAdd: true })).toEqual({
      verdict: 'refuse',
      because: 'deactivated',
    })
    expect(judgeClaim(VOUCHED, { byEmail: { ...byEmail, status }, mayAdd: true })).toEqual({
      verdict: 'refuse',
      because: 'deactivated',
    })
  })

  it('adds somebody unknown only where that is allowed', () => {
    expect(judgeClaim(VOUCHED, { mayAdd: true })).toEqual({ verdict: 'add' })
    expect(judgeClaim(VOUCHED, { mayAdd: false })).toEqual({ verdict: 'refuse', because: 'unknown-person' })
  })
})
