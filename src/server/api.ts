import Fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerFactory } from 'fastify'
import { identityFailures, type Person } from '../governing/identity/index.ts'
import { Failure } from '../kernel/index.ts'
import { isOutOfSpace } from '../storage/index.ts'
import type { Services } from './composition.ts'
import { serverFailures } from './failures.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import type { Answer, Route } from './route.ts'
import { ROUTES } from './routes.ts'

/** The API over the table of routes. `report` is told of every defect; callers see only a code. */
export function createApi(
  services: Services,
  options: { readonly serverFactory: FastifyServerFactory; report(error: unknown, requestId: string): void },
): FastifyInstance {
  const api = Fastify({
    serverFactory: options.serverFactory,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
    forceCloseConnections: 'idle',
  })
  api.setErrorHandler(async (error, request, reply) => {
    const failure = toFailure(error)
    if (failure.code === 'server.unexpected') options.report(error, request.id)
    const problem = problemOf(failure)
    await reply.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
  })
  api.setNotFoundHandler(async (request, reply) => {
    const failure = serverFailures.create(
      'route-unknown',
      `There is no ${request.method} ${request.url.split('?')[0]}.`,
    )
    await reply
      .status(404)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problemOf(failure)))
  })
  const persons = new WeakMap<FastifyRequest, Person>()
  for (const route of ROUTES) register(api, route, { services, persons })
  return api
}

interface Registration {
  readonly services: Services
  /** Who each request comes from, once that is known. */
  readonly persons: WeakMap<FastifyRequest, Person>
}

function register(api: FastifyInstance, route: Route, { services, persons }: Registration): void {
  const { params, query, body } = route.schemas
  api.route({
    method: route.method,
    url: route.path,
    ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
    schema: {
      summary: route.summary,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
    },
    // Before validation: somebody who may not call a route learns nothing of its shape.
    onRequest: async (request) => {
      if (route.permission !== 'public') persons.set(request, await requirePerson(request, services))
    },
    handler: async (request, reply) => {
      const call = { params: request.params, query: request.query, body: request.body, services }
      const answer = await route.handle({ ...call, person: persons.get(request) ?? NOBODY })
      const { type, payload } = render(answer)
      return reply
        .status(answer.status ?? 200)
        .headers('headers' in answer ? answer.headers : {})
        .type(type)
        .send(payload)
    },
  })
}

/** Stands where a public route has no person; it is nobody's id and not active. */
const NOBODY: Person = { id: 'per_0', name: '', email: '', active: false }

async function requirePerson(request: FastifyRequest, { identity }: Services): Promise<Person> {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const person = await identity.personOfSession(token)
  if (person !== undefined) return person
  throw identityFailures.create(
    'not-signed-in',
    'You are not signed in on this server; run "custody init" or sign in again.',
  )
}

function render(answer: Answer): { type: string; payload: string | Buffer } {
  if ('json' in answer)
    return { type: 'application/json; charset=utf-8', payload: JSON.stringify(answer.json) }
  const payload = typeof answer.bytes === 'string' ? answer.bytes : Buffer.from(answer.bytes)
  return { type: answer.type, payload }
}

function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (isOutOfSpace(error))
    return serverFailures.create(
      'disk-full',
      'The disk is full, so nothing was stored; free space and try again.',
    )
  const { validation, statusCode, message } = error as {
    validation?: unknown
    statusCode?: number
    message?: string
  }
  if (validation !== undefined)
    return serverFailures.create('request-invalid', `The request is not valid: ${message}.`)
  if (statusCode === 413)
    return serverFailures.create('request-too-large', 'The request is larger than this route takes.')
  if (statusCode !== undefined && statusCode < 500) {
    return serverFailures.create(
      'request-invalid',
      'The request cannot be read; send JSON as the API describes it.',
    )
  }
  return serverFailures.create('unexpected', 'Something went wrong on the server; its log has the details.', {
    cause: error,
  })
}
