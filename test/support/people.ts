import type { Role, Scope } from '../../src/governing/identity/index.ts'
import type { RunningCustody } from './running-custody.ts'

/** Somebody who is signed in. */
export interface SignedInPerson {
  readonly id: `per_${string}`
  readonly session: string
}

/** Adds a person with roles, and signs them in. */
export async function addPersonWith(
  custody: RunningCustody,
  name: string,
  roles: readonly (Role | { readonly role: Role; readonly scope: Scope })[] = [],
): Promise<SignedInPerson> {
  const { directory, roleGrants, sessions } = custody.server.services.identity
  const email = `${name.toLowerCase()}@example.test`
  const { id } = await directory.add({ name, email, emailVerified: true }, 'system')
  for (const role of roles) {
    const held = typeof role === 'string' ? { role, scope: 'organisation' as const } : role
    await roleGrants.grant(id, held, 'system')
  }
  const { token } = await sessions.start(id, { kind: 'cli', lifetimeMs: 3_600_000 })
  return { id, session: token }
}

/** Adds a service account with roles; returns a token of it. */
export async function addServiceWith(
  custody: RunningCustody,
  name: string,
  roles: readonly Role[] = [],
): Promise<{ readonly id: `svc_${string}`; readonly token: string }> {
  const { serviceAccounts, roleGrants } = custody.server.services.identity
  const { id } = await serviceAccounts.add(name, 'system')
  for (const role of roles) await roleGrants.grant(id, { role, scope: 'organisation' }, 'system')
  const { token } = await serviceAccounts.issueToken(id, 3_600_000, 'system')
  return { id, token }
}
