import { type Clock, type Ids, timestamp } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import { type ChangeLog, stateDigest } from './change-log.ts'
import { identityFailures } from './failures.ts'
import type { HeldRole } from './principal.ts'
import { ROLES, ROLES_FOR_SERVICES, type Role } from './roles.ts'
import { isRoleScope, type Scope } from './scope.ts'
import { serviceById } from './store/non-persons.ts'
import { notePrivilegesChanged, personById } from './store/persons.ts'
import {
  allRoleGrants,
  deleteRoleGrant,
  insertRoleGrant,
  keepAnAdministrator,
  roleGrantsOf,
} from './store/roles.ts'
import type { Db } from './store/tables.ts'
import { membersOf, teamById } from './store/teams.ts'

/** Who holds a role: a person, every member of a team, or a service account. */
export type RoleHolder = `per_${string}` | `tem_${string}` | `svc_${string}`

export interface RoleGrant extends HeldRole {
  readonly holder: RoleHolder
  readonly grantedAt: string
  readonly grantedBy: string
}

interface RoleGrantsDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
}

/** Who holds which role where. Each grant and revocation is an event; giving or taking twice changes nothing. */
export class RoleGrants {
  readonly #deps: RoleGrantsDeps

  constructor(deps: RoleGrantsDeps) {
    this.#deps = deps
  }

  /** Throws `identity.role-not-for-holder`, `identity.scope-malformed`, and `-unknown` for a holder there is not. */
  async grant(holder: RoleHolder, { role, scope }: HeldRole, actor: Actor): Promise<void> {
    await this.#check(holder, role, scope)
    const before = await this.of([holder])
    if (before.some((held) => held.role === role && held.scope === scope)) return
    const after = [...before, { role, scope }]
    const data = { holder, role, scope, before: rolesDigest(before), after: rolesDigest(after) }
    const now = this.#deps.clock.now()
    const row = { holder, role, scope, granted_at: timestamp(now), granted_by: actor }
    await this.#deps.log.record(
      [{ kind: 'identity.role-granted', actor, data }],
      [insertRoleGrant(row), ...notePrivilegesChanged(await this.#touched(holder), now)],
    )
  }

  /** Throws `identity.last-administrator`. */
  async revoke(holder: RoleHolder, { role, scope }: HeldRole, actor: Actor): Promise<void> {
    const before = await this.of([holder])
    const after = before.filter((held) => held.role !== role || held.scope !== scope)
    if (after.length === before.length) return
    const data = { holder, role, scope, before: rolesDigest(before), after: rolesDigest(after) }
    const touched = notePrivilegesChanged(await this.#touched(holder), this.#deps.clock.now())
    await this.#deps.log.record(
      [{ kind: 'identity.role-revoked', actor, data }],
      [deleteRoleGrant({ holder, role, scope }), ...touched, keepAnAdministrator()],
      {
        contradiction: () =>
          identityFailures.create(
            'last-administrator',
            'This is the last active administrator; make somebody else one first.',
          ),
      },
    )
  }

  /** What these holders have been given themselves. */
  async of(holders: readonly string[]): Promise<readonly HeldRole[]> {
    if (holders.length === 0) return []
    const rows = await roleGrantsOf(this.#deps.reader, holders)
    return rows.map(({ role, scope }) => ({ role: role as Role, scope: scope as Scope }))
  }

  async all(): Promise<readonly RoleGrant[]> {
    return (await allRoleGrants(this.#deps.reader)).map((row) => ({
      holder: row.holder as RoleHolder,
      role: row.role as Role,
      scope: row.scope as Scope,
      grantedAt: row.granted_at,
      grantedBy: row.granted_by,
    }))
  }

  async #check(holder: RoleHolder, role: Role, scope: Scope): Promise<void> {
    const allowed: readonly Role[] = holder.startsWith('svc_') ? ROLES_FOR_SERVICES : ROLES
    if (!allowed.includes(role)) {
      throw identityFailures.create('role-not-for-holder', `${holder.slice(0, 3)}_… cannot be ${role}.`)
    }
    if (!isRoleScope(scope)) {
      throw identityFailures.create(
        'scope-malformed',
        'A role counts in an organisation, a team or a workflow.',
      )
    }
    if (scope.startsWith('team:')) await this.#checkTeam(scope.slice('team:'.length))
    await this.#checkHolder(holder)
  }

  async #checkHolder(holder: RoleHolder): Promise<void> {
    const { reader } = this.#deps
    if (holder.startsWith('tem_')) return this.#checkTeam(holder)
    if (holder.startsWith('svc_')) {
      if ((await serviceById(reader, holder)) !== undefined) return
      throw identityFailures.create('service-unknown', `There is no service account ${holder.slice(0, 40)}.`)
    }
    const row = await personById(reader, holder)
    if (row !== undefined && row.status !== 'merged') return
    throw identityFailures.create('person-unknown', `There is no person ${holder.slice(0, 40)}.`)
  }

  async #checkTeam(id: string): Promise<void> {
    if ((await teamById(this.#deps.reader, id)) !== undefined) return
    throw identityFailures.create('team-unknown', `There is no team ${id.slice(0, 40)}.`)
  }

  /** The persons whose privileges change with the holder's. */
  async #touched(holder: RoleHolder): Promise<readonly string[]> {
    if (holder.startsWith('tem_')) return membersOf(this.#deps.reader, holder)
    return holder.startsWith('per_') ? [holder] : []
  }
}

function rolesDigest(held: readonly HeldRole[]): string {
  return stateDigest(held.map(({ role, scope }) => `${role}@${scope}`).toSorted())
}
