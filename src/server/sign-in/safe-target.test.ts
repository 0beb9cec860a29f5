import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOME, safeTarget } from './safe-target.ts'

describe('where somebody goes after signing in', () => {
  it.each(['/runs', '/runs?status=open#top', '/device?code=BCDF-GHJK', '/'])('may be %s', (path) => {
    expect(safeTarget(path)).toBe(path)
  })

  it.each([
    undefined,
    '',
    'runs',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    `/${'a'.repeat(3000)}`,
  ])('is home instead of %j', (asked) => {
    expect(safeTarget(asked)).toBe(HOME)
  })

  it('never leaves the server, whatever was asked for', () => {
    const characters = fc.constantFrom('/', '\\', '.', '@', ':', '?', '#', '%', '\t', '\n', ' ', 'e', 'h')
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (asked) => {
        expect(new URL(safeTarget(asked), 'https://here.example').origin).toBe('https://here.example')
      }),
    )
  })
})
