import type { FastifyInstance } from 'fastify'

/** What SCIM bodies are; plain JSON is taken as well. */
export const SCIM_TYPE = 'application/scim+json'

/** Has the API read SCIM bodies. A request that names the type and has none, as a DELETE may, has no body. */
export function takeScimBodies(api: FastifyInstance): void {
  const parseJson = api.getDefaultJsonParser('error', 'error')
  api.addContentTypeParser<string>(SCIM_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parseJson(request, body, done)
  })
}
