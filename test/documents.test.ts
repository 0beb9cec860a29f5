import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCatalogues } from '../tools/catalogues.ts'
import { DOCUMENTS } from '../tools/documents.ts'
import { readTree } from './architecture-check.ts'

describe('generated documents', () => {
  it.each(DOCUMENTS)('$path says what the code says (else: npm run generate)', async ({ path, make }) => {
    expect(existsSync(path) ? readFileSync(path, 'utf8') : 'missing').toBe(await make())
  })
})

describe('error codes', async () => {
  const codes = await readCatalogues()
  const sources = [...readTree('.', ['src'])].filter(([file]) => !file.endsWith('.test.ts'))

  it('are declared once each', () => {
    const names = codes.map(({ code }) => code)
    expect(names).not.toEqual([])
    expect(names).toHaveLength(new Set(names).size)
  })

  it('are all used', () => {
    const unused = codes.filter(({ file, catalogue, code }) => {
      const name = code.slice(code.indexOf('.') + 1)
      const creates = new RegExp(`\\b${catalogue}\\.create\\(\\s*'${name}'`)
      const folder = file.slice(0, file.lastIndexOf('/') + 1)
      // A module may choose among its own codes with a table; others write the code where they make the Failure.
      return !sources.some(
        ([path, text]) =>
          path !== file && (creates.test(text) || (path.startsWith(folder) && text.includes(`'${name}'`))),
      )
    })
    expect(unused.map(({ file, code }) => `${file} declares ${code}, which nothing uses`)).toEqual([])
  })

  it('come from a catalogue wherever a Failure is made', () => {
    // The client of the API gives its caller the very Failure the server had.
    const allowed = ['src/cli/api-client.ts', 'src/kernel/failure.ts']
    const makers = sources.filter(([, text]) => /\bnew Failure\(/.test(text)).map(([file]) => file)
    expect(makers).toEqual(allowed)
  })
})
