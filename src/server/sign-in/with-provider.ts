import type { RefusedClaim } from '../../governing/identity/index.ts'
import type { IdentityProvider, RefusedAnswer } from '../../governing/identity/provider/index.ts'
import type { Failure } from '../../kernel/index.ts'
import { enter } from './enter.ts'
import { signInFailures } from './failures.ts'
import { safeTarget } from './safe-target.ts'
import { REMEMBERED_FOR_MS } from './sealed-memory.ts'
import { setCookie } from './session-cookie.ts'
import type { Outcome, SignInRoute, Visit } from './visit.ts'

const CALLBACK = '/sign-in/callback'

export const providerRoutes: readonly SignInRoute[] = [
  {
    method: 'GET',
    path: '/sign-in/provider',
    for: 'page',
    summary: 'On to the identity provider',
    handle: leave,
  },
  {
    method: 'GET',
    path: CALLBACK,
    for: 'page',
    summary: 'Back from the identity provider',
    handle: comeBack,
  },
]

async function leave(visit: Visit): Promise<Outcome> {
  const { origin, query } = visit
  const { url, memory } = await providerOf(visit).begin(`${origin}${CALLBACK}`)
  const sealed = visit.memory.seal({ ...memory, to: safeTarget(query.get('to') ?? undefined) })
  return { goTo: url, cookies: [setCookie('sign-in', sealed, { origin, lifetimeMs: REMEMBERED_FOR_MS })] }
}

async function comeBack(visit: Visit): Promise<Outcome> {
  const { services, settings, origin, query } = visit
  const provider = providerOf(visit)
  const memory = visit.memory.open(visit.remembered)
  if (memory === undefined) throw await refused(visit, 'not-ours')
  const answer = await provider.finish(new URL(`${origin}${CALLBACK}?${query.toString()}`), memory)
  if (answer.state === 'refused') throw await refused(visit, answer.because)
  const mayAdd = settings.oidc?.addUnknown === true
  const resolved = await services.identity.accounts.resolve(answer.claim, { actor: 'system', mayAdd })
  if (resolved.state === 'refused') throw await unwelcome(visit, resolved.because)
  return enter(visit, resolved.person, memory.to)
}

function providerOf({ provider }: Visit): IdentityProvider {
  if (provider !== undefined) return provider
  throw signInFailures.create('not-offered', 'This server has no identity provider; sign in with a password.')
}

async function refused(visit: Visit, because: RefusedAnswer): Promise<Failure> {
  const [code, message] = ANSWERS[because]
  return noted(visit, signInFailures.create(code, message))
}

const ANSWERS = {
  denied: ['denied', 'The identity provider did not let you in.'],
  'not-ours': ['stale', 'This sign-in took too long or was begun elsewhere; begin again.'],
  untrusted: ['untrusted', 'The answer of the identity provider cannot be trusted; begin again.'],
} as const satisfies Readonly<Record<RefusedAnswer, readonly [string, string]>>

async function unwelcome(visit: Visit, because: RefusedClaim): Promise<Failure> {
  return noted(visit, signInFailures.create('account-refused', CLAIMS[because]))
}

const CLAIMS: Readonly<Record<RefusedClaim, string>> = {
  deactivated: 'You are no longer active here; an administrator can change that.',
  'unverified-email':
    'Your address is not vouched for on both sides, so it says nothing; ask an administrator to link your account.',
  'second-account': 'The person with this address has another account at the provider; ask an administrator.',
  'no-email': 'The identity provider tells no address of yours; ask an administrator to link your account.',
  'unknown-person': 'Nobody here knows you yet; ask an administrator to add you.',
}

async function noted({ services }: Visit, failure: Failure): Promise<Failure> {
  await services.identity.denials.note({ actor: 'system', code: failure.code, of: `GET ${CALLBACK}` })
  return failure
}
