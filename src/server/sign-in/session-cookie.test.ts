import { describe, expect, it } from 'vitest'
import { dropCookie, readCookie, setCookie } from './session-cookie.ts'

const HTTPS = 'https://custody.example.com'
const HTTP = 'http://127.0.0.1:4880'

describe('a cookie', () => {
  it('is of this host alone and encrypted, where there is encryption', () => {
    expect(setCookie('session', 'secret', { origin: HTTPS, lifetimeMs: 60_000 })).toEqual({
      name: '__Host-custody-session',
      value: 'secret',
      options: { path: '/', httpOnly: true, sameSite: 'lax', secure: true, maxAge: 60 },
    })
  })

  it('is plain on this machine, where browsers would not all send it back otherwise', () => {
    const { name, options } = dropCookie('session', HTTP)
    expect([name, options.secure]).toEqual(['custody-session', false])
  })

  it('is found among others, and only under its whole name', () => {
    const cookie = 'a=1; xcustody-session=evil; custody-session=mine; custody-session2=evil'
    expect(readCookie('session', { cookie }, HTTP)).toBe('mine')
    expect(readCookie('session', { cookie: 'custody-session=planted' }, HTTPS)).toBe('')
    expect(readCookie('session', {}, HTTP)).toBe('')
  })
})
