import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MEASURES } from './metrics.ts'

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')

it('explains every figure in docs/metrics.md, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (.+) \|$/gm)].map(([, name, help]) => ({ name, help }))
  expect(rows.slice(0, -1)).toEqual(MEASURES.map(({ name, help }) => ({ name, help })))
})

it('names in its alerts only figures that there are', () => {
  const names = new Set(MEASURES.map(({ name }) => name))
  for (const [name] of page.matchAll(/custody_[a-z_]+/g)) expect(names).toContain(name)
})
