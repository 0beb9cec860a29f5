import { describe, expect, it } from 'vitest'
import { isFromOwnPage, ownOrigin } from './origin.ts'

const PUBLIC = { publicUrl: 'https://custody.example.com' }

describe('the own origin', () => {
  it('is the configured one, whatever the request says', () => {
    expect(ownOrigin({ host: 'evil.example' }, PUBLIC)).toBe('https://custody.example.com')
  })

  it.each(['127.0.0.1:4880', 'localhost:4880', '[::1]:4880'])('is %s on this machine', (host) => {
    expect(ownOrigin({ host }, {})).toBe(`http://${host}`)
  })

  it.each(['evil.example', '127.0.0.1.evil.example:80', '10.0.0.1', undefined])(
    'is not %s without being configured',
    (host) => {
      const headers = host === undefined ? {} : { host }
      expect(() => ownOrigin(headers, {})).toThrow(
        expect.objectContaining({ code: 'sign-in.address-unknown' }),
      )
    },
  )
})

describe('a request from an own page', () => {
  const host = '127.0.0.1:4880'

  it('is told by the browser', () => {
    expect(isFromOwnPage({ host, 'sec-fetch-site': 'same-origin' }, {})).toBe(true)
    expect(isFromOwnPage({ host, origin: 'http://127.0.0.1:4880' }, {})).toBe(true)
    expect(isFromOwnPage({ host, origin: 'https://custody.example.com' }, PUBLIC)).toBe(true)
  })

  it.each([
    [{}],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:4880' }],
    [{ origin: 'http://127.0.0.1:4881' }],
    [{ origin: 'null' }],
    [{ origin: 'https://evil.example' }],
  ])('is not one with %j', (headers) => {
    expect(isFromOwnPage({ host, ...headers }, {})).toBe(false)
  })
})
