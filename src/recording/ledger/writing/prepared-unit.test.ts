import { expect, it } from 'vitest'
import { prepareUnit } from './prepared-unit.ts'

it('refuses a parameter that the database would change', () => {
  const write = { sql: 'INSERT INTO a VALUES (?)', parameters: [undefined] }
  expect(() => prepareUnit({ entries: [], writes: [write] }, 'n1')).toThrow(TypeError)
})
