import type { TSchema } from 'typebox'
import { KINDS } from '../kernel/index.ts'
import { PROBLEM_TYPE } from './problem.ts'
import type { Route } from './route.ts'

/**
 * The OpenAPI 3.1 document of a table of routes: parameters and bodies as the schemas they are checked with, who may call
 * a route (`security`, `x-permission`), and the codes of its problems (`x-codes`; docs/errors.md explains them). Pure.
 */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Custody', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'http',
          scheme: 'bearer',
          description: 'The session of a person, or the token of a service account.',
        },
      },
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description: 'A problem (RFC 9457); its code is one of those listed under x-codes.',
          content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  }
}

/** Every code a route may answer with: what its kind of route may, and what it says of itself. */
export function codesOf({ permission, schemas, failures = [] }: Route): readonly string[] {
  const { params, query, body } = schemas
  const takesInput = [params, query, body].some((schema) => schema !== undefined)
  return [
    ...(permission === 'public'
      ? []
      : ['identity.not-signed-in', 'identity.run-token-here', 'identity.not-permitted']),
    ...(takesInput ? ['server.request-invalid'] : []),
    ...(body === undefined ? [] : ['server.request-too-large']),
    ...failures,
    'server.unexpected',
  ]
}

function operation(route: Route): object {
  const { permission, summary, schemas, answer } = route
  const { status = 200, type = 'application/json', meaning } = answer
  return {
    summary,
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    security: permission === 'public' ? [] : [{ session: [] }],
    'x-permission': permission,
    'x-codes': codesOf(route),
    parameters: [...parameters('path', schemas.params), ...parameters('query', schemas.query)],
    ...(schemas.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemas.body } } } }),
    responses: {
      [status]: { description: meaning, content: { [type]: {} } },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function parameters(place: 'path' | 'query', schema: TSchema | undefined): readonly object[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schema as ObjectSchema
  return Object.entries(properties).map(([name, value]) => ({
    // The rest of a path is `*` to the router and has no name of its own.
    name: name === '*' ? 'path' : name,
    in: place,
    required: required.includes(name),
    schema: value,
  }))
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
}

const TEXT = { type: 'string' }
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'kind', 'detail'],
  properties: {
    type: TEXT,
    title: TEXT,
    status: { type: 'integer' },
    code: { ...TEXT, description: 'Stable; explained in docs/errors.md.' },
    kind: { enum: Object.keys(KINDS) },
    detail: { ...TEXT, description: 'One sentence that says what to do.' },
    errors: {
      type: 'array',
      description: 'Problems found all at once.',
      items: {
        type: 'object',
        required: ['message'],
        properties: {
          message: TEXT,
          file: TEXT,
          line: { type: 'integer' },
          column: { type: 'integer' },
          path: TEXT,
          suggestion: TEXT,
        },
      },
    },
  },
}
