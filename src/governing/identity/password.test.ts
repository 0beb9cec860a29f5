import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../kernel/index.ts'
import { ARGON2_COST, hashPassword, isAcceptablePassword, verifyPassword } from './password.ts'

const QUICK = { memoryKib: 64, passes: 1, parallelism: 1 }
const PASSWORD = 'correct horse battery'

describe('a password', () => {
  it('is stored as argon2id with its cost and a salt of its own', async () => {
    const [one, other] = [
      await hashPassword(PASSWORD, systemRandom),
      await hashPassword(PASSWORD, systemRandom),
    ]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(one).not.toBe(other)
    expect(await verifyPassword(PASSWORD, one)).toEqual({ matches: true, isStale: false })
  })

  it('matches nothing else', async () => {
    const stored = await hashPassword(PASSWORD, systemRandom, QUICK)
    expect((await verifyPassword(`${PASSWORD} `, stored, QUICK)).matches).toBe(false)
    expect((await verifyPassword(PASSWORD, stored.slice(0, -1), QUICK)).matches).toBe(false)
    expect((await verifyPassword(PASSWORD, '', QUICK)).matches).toBe(false)
  })

  it('is hashed again when the cost has changed', async () => {
    const stored = await hashPassword(PASSWORD, systemRandom, QUICK)
    expect(await verifyPassword(PASSWORD, stored, ARGON2_COST)).toEqual({ matches: true, isStale: true })
  })

  it('is the same however its characters were typed', async () => {
    const stored = await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9', systemRandom, QUICK)
    expect((await verifyPassword('cafe\u0301 cafe\u0301 cafe\u0301', stored, QUICK)).matches).toBe(true)
  })

  it.each([
    ['eleven long', 'elevenchars', false],
    ['twelve long', 'twelve chars', true],
    ['the address', 'ada@example.test', false],
    ['endless', 'x'.repeat(1025), false],
  ])('that is %s is judged by that', (_, password, acceptable) => {
    expect(isAcceptablePassword(password, 'ada@example.test')).toBe(acceptable)
  })
})
