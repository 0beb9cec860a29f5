import { describe, expect, it } from 'vitest'
import { withoutCredentials } from './remote-url.ts'

describe('a remote address', () => {
  it.each([
    ['https://github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
    ['https://ada:s3cret@example.test:8443/shop.git', 'https://example.test:8443/shop.git'],
    ['https://oauth2:glpat-s3cret@example.test/shop.git', 'https://example.test/shop.git'],
    ['https://s3cret@example.test/shop.git', 'https://example.test/shop.git'],
    ['https://example.test/shop.git?private_token=s3cret#s3cret', 'https://example.test/shop.git'],
    ['https://ada:s3@cret@example.test/shop.git', 'https://example.test/shop.git'],
    ['https://ada:s3/cret@example.test/shop.git', 'https://redacted'],
    ['https://ada:77/s3cret@example.test/shop.git', 'https://redacted'],
    ['https://example.test/@acme/shop.git', 'https://example.test/@acme/shop.git'],
    ['ssh://git@[2001:db8::1]:22/shop.git', 'ssh://[2001:db8::1]:22/shop.git'],
    ['git@github.com:acme/shop.git', 'github.com:acme/shop.git'],
    ['ada:s3cret@example.test:shop.git', 'example.test:shop.git'],
    ['ext::sh -c "echo s3cret"', 'ext::redacted'],
    ['persistent-https::https://ada:s3cret@example.test/x', 'persistent-https::https://example.test/x'],
    ['/srv/git/ada@home/shop.git', '/srv/git/ada@home/shop.git'],
    ['../shop', '../shop'],
    ['file:///srv/git/shop.git', 'file:///srv/git/shop.git'],
  ])('%s is recorded as %s', (url, expected) => {
    expect(withoutCredentials(url)).toBe(expected)
  })
})
