import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { openRunTokenKey } from '../../governing/identity/index.ts'
import { OidcProvider } from '../../integrations/oidc/index.ts'
import { systemRandom } from '../../kernel/index.ts'
import type { Services } from '../composition.ts'
import { answer, problemOutcome } from './answer.ts'
import { CodeGuesses } from './code-guesses.ts'
import { cookieCaller } from './cookie-caller.ts'
import { DeviceRequests } from './device-requests.ts'
import { CONSOLE_SESSION } from './enter.ts'
import { signInFailures } from './failures.ts'
import { isFromOwnPage, ownOrigin } from './origin.ts'
import { SIGN_IN_ROUTES } from './routes.ts'
import { SealedMemory } from './sealed-memory.ts'
import { readCookie, setCookie } from './session-cookie.ts'
import type { SignInSettings } from './settings.ts'
import { sourceOf } from './source.ts'
import type { Outcome, SignIn, SignInRoute, Visit } from './visit.ts'

export interface SignInOptions {
  readonly services: Services
  readonly settings: SignInSettings
  /** Is told of defects. */
  report(error: unknown, requestId: string): void
}

/**
 * Lets persons sign in: adds the pages and endpoints of `SIGN_IN_ROUTES`, and lets the session cookie stand for a bearer
 * secret on every route of the API. To be called before the server is ready.
 */
export function registerSignIn(api: FastifyInstance, options: SignInOptions): void {
  const own = new Set(SIGN_IN_ROUTES.map(({ path }) => path))
  api.addHook('onRequest', async (request) => {
    // They look at cookies themselves, or not at all.
    if (own.has(request.routeOptions.url ?? '')) return
    const authorization = cookieCaller(request, options.settings)
    if (authorization !== undefined) request.headers.authorization = authorization
  })
  api.register(async (scope) => {
    const signIn = await composeSignIn(options)
    await scope.register(fastifyCookie)
    scope.removeAllContentTypeParsers()
    const limits = { parseAs: 'string', bodyLimit: 16 * 1024 } as const
    const parse = async (_: FastifyRequest, body: string) => new URLSearchParams(body)
    scope.addContentTypeParser('application/x-www-form-urlencoded', limits, parse)
    for (const route of SIGN_IN_ROUTES) register(scope, route, { signIn, report: options.report })
  })
}

async function composeSignIn({ services, settings }: SignInOptions): Promise<SignIn> {
  const { clock, directory } = services
  const sources = { clock, random: systemRandom }
  return {
    services,
    settings,
    provider: settings.oidc === undefined ? undefined : new OidcProvider({ ...settings.oidc, clock }),
    memory: new SealedMemory({ ...sources, key: await openRunTokenKey(directory.runTokenKey) }),
    devices: new DeviceRequests(sources),
    guesses: new CodeGuesses(clock),
  }
}

interface Registered extends Pick<SignInOptions, 'report'> {
  readonly signIn: SignIn
}

function register(scope: FastifyInstance, route: SignInRoute, { signIn, report }: Registered): void {
  scope.route({
    method: route.method,
    url: route.path,
    // A page that is only asked for its headers would do all its work.
    exposeHeadRoute: false,
    errorHandler: (error, request, reply) => {
      const { isDefect, ...outcome } = problemOutcome(route, error)
      if (isDefect) report(error, request.id)
      void answer(reply, outcome)
    },
    handler: async (request, reply) => answer(reply, await handle(route, visitOf(signIn, route, request))),
  })
}

function visitOf(signIn: SignIn, route: SignInRoute, request: FastifyRequest): Visit {
  const { headers, body, url } = request
  const { settings } = signIn
  const origin = ownOrigin(headers, settings)
  if (route.method === 'POST' && route.for !== 'program' && !isFromOwnPage(headers, settings)) {
    throw signInFailures.create('cross-site', 'This came from a page of another site, so nothing was done.')
  }
  return {
    ...signIn,
    origin,
    source: sourceOf(request, settings),
    query: new URLSearchParams(url.split('?').slice(1).join('?')),
    form: body instanceof URLSearchParams ? body : new URLSearchParams(),
    session: route.for === 'program' ? '' : readCookie('session', headers, origin),
    remembered: readCookie('sign-in', headers, origin),
  }
}

async function handle(route: SignInRoute, visit: Visit): Promise<Outcome> {
  if (route.for !== 'signed-in') return route.handle(visit)
  const { sessions } = visit.services.identity
  const live = await sessions.check(visit.session)
  if (live === undefined) return { goTo: `/sign-in?to=${encodeURIComponent(wayBack(route, visit))}` }
  const outcome = await route.handle({ ...visit, live })
  // Whoever may do more or less than before goes on under a secret nobody knows.
  const rotated = live.rotationDue ? await sessions.rotate(visit.session) : undefined
  if (rotated === undefined) return outcome
  const place = { origin: visit.origin, lifetimeMs: CONSOLE_SESSION.lifetimeMs }
  return { ...outcome, cookies: [setCookie('session', rotated.token, place), ...(outcome.cookies ?? [])] }
}

/** A form that was sent cannot be sent again, so only pages are gone back to. */
function wayBack({ method, path }: SignInRoute, { query }: Visit): string {
  if (method !== 'GET') return ''
  return query.size === 0 ? path : `${path}?${query.toString()}`
}
