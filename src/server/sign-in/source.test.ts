import { expect, it } from 'vitest'
import { sourceOf } from './source.ts'

const request = { ip: '10.0.0.1', headers: { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' } }

it('is what the proxy says last, and nobody’s word without a proxy', () => {
  expect(sourceOf(request, { behindProxy: true })).toBe('192.0.2.7')
  expect(sourceOf(request, { behindProxy: false })).toBe('10.0.0.1')
  expect(sourceOf({ ip: '10.0.0.1', headers: {} }, { behindProxy: true })).toBe('10.0.0.1')
})
