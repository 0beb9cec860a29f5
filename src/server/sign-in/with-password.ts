import { type PasswordVerdict, refusedPasswordCode } from '../../governing/identity/index.ts'
import { enter } from './enter.ts'
import { signInFailures } from './failures.ts'
import { page } from './pages/page.ts'
import { signInBody } from './pages/sign-in.ts'
import { safeTarget } from './safe-target.ts'
import type { Outcome, SignInRoute, Visit } from './visit.ts'

export const passwordRoutes: readonly SignInRoute[] = [
  {
    method: 'GET',
    path: '/sign-in',
    for: 'page',
    summary: 'The ways of signing in',
    handle: async (visit) => ({ page: signInPage(visit, visit.query.get('to') ?? undefined) }),
  },
  {
    method: 'POST',
    path: '/sign-in/password',
    for: 'page',
    summary: 'Sign in with a password',
    handle: checkPassword,
  },
]

async function checkPassword(visit: Visit): Promise<Outcome> {
  const { services, settings, form, source } = visit
  if (!settings.passwords) {
    throw signInFailures.create('not-offered', 'This server takes no passwords; use the identity provider.')
  }
  const [email, to] = [form.get('email') ?? '', form.get('to') ?? undefined]
  const { localAccounts, denials } = services.identity
  const verdict = await localAccounts.check({ email, password: form.get('password') ?? '', source })
  if (verdict.state === 'accepted') return enter(visit, verdict.person, to)
  await denials.note({ actor: 'system', code: refusedPasswordCode(verdict), of: 'POST /sign-in/password' })
  return { ...refusal(verdict), page: signInPage(visit, to, { problem: sentence(verdict), email }) }
}

type Refused = Exclude<PasswordVerdict, { readonly state: 'accepted' }>

function refusal(verdict: Refused): {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
} {
  if (verdict.state === 'refused') return { status: 401 }
  return { status: 429, headers: { 'retry-after': String(seconds(verdict)) } }
}

function sentence(verdict: Refused): string {
  if (verdict.state === 'refused') return 'Address and password do not go together.'
  return `Too many attempts. Try again in ${seconds(verdict)} seconds.`
}

function seconds(verdict: Refused): number {
  return verdict.state === 'locked' ? Math.max(1, Math.ceil(verdict.waitMs / 1000)) : 1
}

function signInPage(
  { provider, settings: { passwords } }: Visit,
  to: string | undefined,
  before: { readonly problem?: string; readonly email?: string } = {},
): string {
  const named = provider === undefined ? {} : { provider: provider.name }
  return page('Sign in', signInBody({ ...named, ...before, passwords, to: safeTarget(to) }))
}
