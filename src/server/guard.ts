import {
  type Denial,
  type Identity,
  identityFailures,
  looksLikeRunToken,
  type Permission,
  type Principal,
  permissionRow,
} from '../governing/identity/index.ts'
import { equalBytes, type Failure, sha256 } from '../kernel/index.ts'
import type { Services } from './composition.ts'
import type { Route, RouteCall } from './route.ts'

/**
 * Who calls, when they may call the route at all; asked before anything of the request is looked at, so that somebody who
 * may not learns nothing of its shape. Throws `identity.not-signed-in`, `-run-token-here` or `-not-permitted`, recorded.
 */
export async function admit(services: Services, route: Route, credential: string): Promise<Principal> {
  if (isScraper(services, route, credential)) return SCRAPER
  const principal = await services.identity.principalOf(credential)
  if (principal === undefined) throw await stranger(services, route, credential)
  if (!(await mayEnter(services.identity, route, principal))) throw await refusal(services, route, principal)
  return principal
}

/** Whether the caller may do it to what the call is about. Throws as `admit` does, and what finding that throws. */
export async function admitTo(
  services: Services,
  route: Route,
  call: RouteCall<unknown, unknown, unknown> & { readonly principal: Principal },
): Promise<void> {
  const { permission, scope } = route
  if (typeof scope !== 'function' || permission === 'public' || permission === 'person') return
  const { allowed } = await services.identity.access.decide(call.principal, permission, await scope(call))
  if (!allowed) throw await refusal(services, route, call.principal)
}

/** Monitoring may show the token of the configuration instead of being somebody. */
function isScraper({ settings }: Services, { permission }: Route, credential: string): boolean {
  const token = permission === 'metrics.read' ? settings.metricsToken?.() : undefined
  return token !== undefined && token !== '' && equalBytes(sha256(token), sha256(credential))
}

const SCRAPER: Principal = { kind: 'service', id: 'svc_0', name: 'monitoring', active: true }

async function mayEnter(identity: Identity, { permission, scope }: Route, principal: Principal) {
  if (permission === 'public') return true
  if (permission === 'person') return principal.kind === 'person'
  if (scope !== undefined && scope !== 'organisation') {
    return identity.access.holdsAnywhere(principal, permission)
  }
  return (await identity.access.decide(principal, permission)).allowed
}

async function stranger(services: Services, route: Route, credential: string): Promise<Failure> {
  const isRunToken = looksLikeRunToken(credential)
  const failure = isRunToken
    ? identityFailures.create(
        'run-token-here',
        'A run token opens the gateway only; this route is for persons and integrations.',
      )
    : identityFailures.create(
        'not-signed-in',
        'You are not signed in on this server; run "custody init" or sign in again.',
      )
  const check = isRunToken ? await services.identity.runTokens.check(credential) : undefined
  const run = check !== undefined && 'run' in check ? { run: check.run } : {}
  // Somebody without any credential has not tried anything yet.
  if (credential !== '') await note(services, route, { actor: 'system', code: failure.code, ...run })
  return failure
}

async function refusal(services: Services, route: Route, principal: Principal): Promise<Failure> {
  const failure = identityFailures.create('not-permitted', explain(route))
  await note(services, route, { actor: principal.id, code: failure.code })
  return failure
}

function note(services: Services, { method, path }: Route, denial: Omit<Denial, 'of'>): Promise<void> {
  return services.identity.denials.note({ ...denial, of: `${method} ${path}` })
}

function explain({ permission }: Route): string {
  if (permission === 'public' || permission === 'person') return 'This route is for persons.'
  const { meaning } = permissionRow(permission)
  return `You may not ${meaning} (${permission}); ${WHO} ${rolesOf(permission)}.`
}

const WHO = 'here that takes the role'

function rolesOf(permission: Permission): string {
  return permissionRow(permission).roles.join(' or ')
}
