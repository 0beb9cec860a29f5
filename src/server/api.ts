import type { Readable } from 'node:stream'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify'
import type { Person, Principal } from '../governing/identity/index.ts'
import { Failure } from '../kernel/index.ts'
import { isOutOfSpace } from '../storage/index.ts'
import type { Services } from './composition.ts'
import { credentialOf } from './credential.ts'
import { serverFailures } from './failures.ts'
import { admit, admitTo } from './guard.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import type { Answer, Route } from './route.ts'
import { ROUTES } from './routes.ts'
import { takeScimBodies } from './scim-bodies.ts'
import { DEFAULT_SIGN_IN, registerSignIn } from './sign-in/index.ts'

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
  const callers = new WeakMap<FastifyRequest, Principal>()
  takeScimBodies(api)
  const { report } = options
  for (const route of ROUTES) register(api, route, { services, callers, report })
  registerSignIn(api, { services, settings: services.settings.signIn ?? DEFAULT_SIGN_IN, report })
  return api
}

interface Registration {
  readonly services: Services
  /** Who each request comes from, once that is known. */
  readonly callers: WeakMap<FastifyRequest, Principal>
  report(error: unknown, requestId: string): void
}

function register(api: FastifyInstance, route: Route, { services, callers, report }: Registration): void {
  const { params, query, body } = route.schemas
  const callOf = (request: FastifyRequest) => {
    const principal = callers.get(request) ?? NOBODY
    const person: Person = principal.kind === 'person' ? principal : NOBODY
    const { params, query, body, headers } = request
    return { params, query, body, headers, services, principal, person }
  }
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
    onRequest: async (request) => {
      if (route.permission === 'public') return
      callers.set(request, await admit(services, route, credentialOf(request.headers)))
    },
    preHandler: async (request) => admitTo(services, route, callOf(request)),
    ...refusingAs(route, report),
    handler: async (request, reply) => answerWith(reply, await route.handle(callOf(request))),
  })
}

/** How the route says no, where a protocol has words of its own for that. */
function refusingAs(
  { refusal }: Route,
  report: Registration['report'],
): { errorHandler?: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<void> } {
  if (refusal === undefined) return {}
  const errorHandler = async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const failure = toFailure(error)
    if (failure.code === 'server.unexpected') report(error, request.id)
    await answerWith(reply, refusal(failure))
  }
  return { errorHandler }
}

function answerWith(reply: FastifyReply, answer: Answer): FastifyReply {
  const { type, payload } = render(answer)
  return reply
    .status(answer.status ?? 200)
    .headers('headers' in answer ? answer.headers : {})
    .type(type)
    .send(payload)
}

/** Stands where nobody needs to be known; it is nobody's id and not active. */
const NOBODY: Principal & { readonly kind: 'person' } = {
  kind: 'person',
  id: 'per_0',
  name: '',
  email: '',
  active: false,
}

function render(answer: Answer): { type: string; payload: string | Buffer | Readable } {
  if ('json' in answer)
    return { type: 'application/json; charset=utf-8', payload: JSON.stringify(answer.json) }
  if ('stream' in answer) return { type: answer.type, payload: answer.stream }
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
