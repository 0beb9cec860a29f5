import { openApiDocument } from '../openapi.ts'
import { defineRoute, type Route } from '../route.ts'

/** The route that describes all routes, itself among them. */
export function openApiRoute(routes: () => readonly Route[]): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    permission: 'public',
    summary: 'This API as an OpenAPI 3.1 document',
    schemas: {},
    answer: { meaning: 'The document.' },
    handle: ({ services }) => Promise.resolve({ json: openApiDocument(routes(), services.version) }),
  })
}
