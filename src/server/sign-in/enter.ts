import type { Person } from '../../governing/identity/index.ts'
import { safeTarget } from './safe-target.ts'
import { dropCookie, setCookie } from './session-cookie.ts'
import type { Outcome, Visit } from './visit.ts'

export const CONSOLE_SESSION = {
  kind: 'console',
  lifetimeMs: 12 * 3_600_000,
  idleMs: 2 * 3_600_000,
} as const

/**
 * Signs a person in at this browser and sends them on. The secret is always a new one, and the one the browser came with
 * ends: whoever planted or saw that has nothing.
 */
export async function enter(visit: Visit, person: Person, to: string | undefined): Promise<Outcome> {
  const { sessions } = visit.services.identity
  const before = await sessions.check(visit.session)
  const { token } = await sessions.start(person.id, CONSOLE_SESSION)
  if (before !== undefined) await sessions.end(before.session.id, before.person.id, 'rotated')
  const { origin } = visit
  const session = setCookie('session', token, { origin, lifetimeMs: CONSOLE_SESSION.lifetimeMs })
  return { goTo: safeTarget(to), cookies: [session, dropCookie('sign-in', origin)] }
}
