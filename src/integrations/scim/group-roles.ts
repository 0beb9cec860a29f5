import type { Identity, Role } from '../../governing/identity/index.ts'
import { ORGANISATION } from '../../governing/identity/index.ts'
import type { Id } from '../../kernel/index.ts'

/** Which roles the members of a group have in the organisation, by the name of the group. */
export type RolesByGroup = Readonly<Record<string, readonly Role[]>>

/** The roles a group of this name gives; names are the same in any case. */
export function rolesOfGroup(byGroup: RolesByGroup, displayName: string): readonly Role[] {
  const found = Object.entries(byGroup).find(([name]) => name.toLowerCase() === displayName.toLowerCase())
  return found?.[1] ?? []
}

/**
 * Gives a team the roles of its name and takes those it had by an earlier one; what an administrator gave stays. Throws
 * `identity.last-administrator`.
 */
export async function changeRoles(
  { roleGrants }: Identity,
  team: Id<'tem'>,
  { before, after }: { readonly before: readonly Role[]; readonly after: readonly Role[] },
): Promise<void> {
  for (const role of after) {
    if (!before.includes(role)) await roleGrants.grant(team, { role, scope: ORGANISATION }, 'system')
  }
  for (const role of before) {
    if (!after.includes(role)) await roleGrants.revoke(team, { role, scope: ORGANISATION }, 'system')
  }
}
