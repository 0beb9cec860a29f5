import type { TSchema } from 'typebox'
import { describe, expect, it } from 'vitest'
import { readCatalogues } from '../../tools/catalogues.ts'
import { PERMISSION_NAMES } from '../governing/identity/index.ts'
import { codesOf, openApiDocument } from './openapi.ts'
import { ROUTES } from './routes.ts'

const NAMED = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const)

describe('the table of routes', () => {
  it('names every route once', () => {
    expect(NAMED).not.toEqual([])
    expect(new Set(NAMED.map(([name]) => name)).size).toBe(NAMED.length)
  })

  it.each(NAMED)('%s says who may call it, what it does and what it answers', (_, route) => {
    expect(['public', 'person', ...PERMISSION_NAMES]).toContain(route.permission)
    expect(route.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(route.answer.meaning).not.toBe('')
  })

  it.each(NAMED.filter(([, { schemas }]) => schemas.body !== undefined))(
    '%s takes no key of a body that it does not name',
    (_, { schemas }) => {
      expect(openObjects(schemas.body)).toEqual([])
    },
  )

  it.each(NAMED)('%s has a schema for every parameter of its path', (_, { path, schemas }) => {
    const named = [...path.matchAll(/:(\w+)|(\*)/g)].map(([, name, rest]) => name ?? rest)
    const { properties = {} } = (schemas.params ?? {}) as { properties?: object }
    expect(Object.keys(properties)).toEqual(named)
  })

  it('names only codes that exist', async () => {
    const known = new Set((await readCatalogues()).map(({ code }) => code))
    expect(ROUTES.flatMap(codesOf).filter((code) => !known.has(code))).toEqual([])
  })
})

describe('the OpenAPI document', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument(ROUTES, '1.2.3'))) as {
    openapi: string
    info: { version: string }
    paths: Record<string, Record<string, Record<string, unknown>>>
  }
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

  it('is OpenAPI 3.1 of this version', () => {
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3'])
  })

  it('has one operation for each route, each with a name of its own', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length)
  })

  it('writes path parameters in braces and requires them', () => {
    expect(document.paths['/v1/runs/{run}']?.get).toMatchObject({
      parameters: [{ name: 'run', in: 'path', required: true }],
      security: [{ session: [] }],
      'x-permission': 'run.read',
      'x-codes': expect.arrayContaining(['run.unknown', 'identity.not-signed-in']),
    })
  })

  it('says that every route may answer a problem', () => {
    expect(operations.filter(({ responses }) => !('default' in (responses as object)))).toEqual([])
  })
})

/** The paths of the objects in a schema that take keys they do not name; a record takes any by intention. */
function openObjects(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, properties, items, additionalProperties } = schema as TSchema & Record<string, unknown>
  const own = type === 'object' && properties !== undefined && additionalProperties !== false ? [path] : []
  const inner = Object.entries(properties ?? {}).flatMap(([name, value]) =>
    openObjects(value, `${path}/${name}`),
  )
  return [...own, ...inner, ...openObjects(items, `${path}/*`)]
}
