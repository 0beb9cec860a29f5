import type { Clock } from '../../kernel/index.ts'
import type { EntityRef, PolicyEntity, PolicySet } from '../policy/index.ts'
import type { IdentityChanges } from './changes.ts'
import type { Disclosures } from './disclosures.ts'
import { permissionPolicies } from './permission-policies.ts'
import type { Permission } from './permissions.ts'
import type { HeldRole, Principal } from './principal.ts'
import type { RoleGrants } from './role-grants.ts'
import { ROLES, SERVICE_ROLES } from './roles.ts'
import { ORGANISATION, type Scope } from './scope.ts'
import type { Teams } from './teams.ts'

/** Whether somebody may do something somewhere, and which policies (`PERMISSION/ROLE`) say so. */
export interface AccessDecision {
  readonly allowed: boolean
  readonly policies: readonly string[]
}

/** Who asks, as far as access goes. */
export type Asking = Pick<Principal, 'kind' | 'id'>

/** What is asked about: a scope, and what of it cannot be looked up here. */
export interface AccessTarget {
  readonly scope: Scope
  /** The workflow of a run. */
  readonly workflow?: string
}

interface AccessDeps {
  readonly changes: IdentityChanges
  readonly roleGrants: RoleGrants
  readonly disclosures: Disclosures
  readonly teams: Teams
  readonly clock: Clock
  /** Whether a person or service account is active now. */
  isActive(id: string): Promise<boolean>
}

interface Holdings {
  readonly active: boolean
  readonly roles: readonly HeldRole[]
  readonly disclosed: readonly Scope[]
  /** Until when it counts: a disclosure ends by itself. */
  readonly untilMs: number
}

const MAX_REMEMBERED = 20_000

/**
 * Decides by the table of permissions, with Cedar. What was decided is remembered until something changes here or in
 * another process, or a disclosure ends; so a warm decision costs a look-up.
 */
export class Access {
  readonly #deps: AccessDeps
  readonly #policies: PolicySet = permissionPolicies()
  readonly #decisions = new Map<string, AccessDecision & { readonly untilMs: number }>()
  #generation = 0

  constructor(deps: AccessDeps) {
    this.#deps = deps
    deps.changes.subscribe(() => {
      this.#generation += 1
      this.#decisions.clear()
    })
  }

  /** Names the version of the table that decides, 64 hex digits. */
  get policyDigest(): string {
    return this.#policies.digest
  }

  /** The decision; a run that is asked about names its workflow. */
  decide(
    asking: Asking,
    permission: Permission,
    target: AccessTarget = { scope: ORGANISATION },
  ): AccessDecision | Promise<AccessDecision> {
    const name = `${asking.id} ${permission} ${target.scope} ${target.workflow ?? ''}`
    const known = this.#decisions.get(name)
    if (known !== undefined && known.untilMs > this.#deps.clock.now()) return known
    return this.#decide(name, asking, permission, target)
  }

  /** Whether the permission is held anywhere at all: who holds it nowhere learns nothing of a route. */
  async holdsAnywhere(asking: Asking, permission: Permission): Promise<boolean> {
    const { roles, disclosed } = await this.#holdingsOf(asking)
    for (const scope of new Set([ORGANISATION, ...roles.map((held) => held.scope), ...disclosed])) {
      if ((await this.decide(asking, permission, { scope })).allowed) return true
    }
    return false
  }

  /** The workflows among these in which the permission is held. */
  async workflowsWith(
    asking: Asking,
    permission: Permission,
    workflows: readonly string[],
  ): Promise<readonly string[]> {
    const decided = await Promise.all(
      workflows.map(async (name) => this.decide(asking, permission, { scope: `workflow:${name}` })),
    )
    return workflows.filter((_, i) => decided[i]?.allowed)
  }

  /** A person's roles: their own, and those of their teams. */
  async rolesOf(asking: Asking): Promise<readonly HeldRole[]> {
    return (await this.#holdingsOf(asking)).roles
  }

  async #decide(
    name: string,
    asking: Asking,
    permission: Permission,
    target: AccessTarget,
  ): Promise<AccessDecision> {
    const generation = this.#generation
    const holdings = await this.#holdingsOf(asking)
    const { refs, scopes } = await this.#lineOf(target)
    const principal = { type: asking.kind === 'person' ? 'Person' : 'Service', id: asking.id }
    const decided = this.#policies.decide({
      principal,
      action: permission,
      resource: scopeRef(target.scope),
      entities: [
        principalEntity(principal, asking.kind, holdings),
        ...scopes,
        ...rolesScopes(holdings, refs),
      ],
    })
    const decision = { allowed: decided.effect === 'allow', policies: decided.policies }
    if (generation === this.#generation) this.#remember(name, { ...decision, untilMs: holdings.untilMs })
    return decision
  }

  async #holdingsOf({ kind, id }: Asking): Promise<Holdings> {
    const { roleGrants, disclosures, teams } = this.#deps
    const active = await this.#deps.isActive(id)
    const teamIds = kind === 'person' ? await teams.of(id) : []
    const roles = await roleGrants.of([id, ...teamIds])
    const granted = kind === 'person' ? await disclosures.of(id) : []
    const ends = granted.map(({ expiresAt }) => Date.parse(expiresAt))
    return {
      active,
      roles,
      disclosed: granted.map(({ scope }) => scope),
      untilMs: Math.min(Number.MAX_VALUE, ...ends),
    }
  }

  /** The target with everything it is part of. */
  async #lineOf({ scope, workflow }: AccessTarget) {
    const name = scope.startsWith('workflow:') ? scope.slice('workflow:'.length) : workflow
    const team =
      name === undefined ? undefined : await this.#deps.teams.ownerOf({ kind: 'workflow', subject: name })
    const above: Scope[] = [
      ...(name === undefined ? [] : [`workflow:${name}` as const]),
      ...(team === undefined ? [] : [`team:${team}` as const]),
      ORGANISATION,
    ]
    const line = [scope, ...above.filter((other) => other !== scope)]
    const scopes: PolicyEntity[] = line.map((part, i) => {
      const next = line[i + 1]
      return { ref: scopeRef(part), parents: next === undefined ? [] : [scopeRef(next)] }
    })
    return { refs: new Set<string>(line), scopes }
  }

  #remember(name: string, decision: AccessDecision & { readonly untilMs: number }): void {
    if (this.#decisions.size >= MAX_REMEMBERED) this.#decisions.clear()
    this.#decisions.set(name, decision)
  }
}

function principalEntity(ref: EntityRef, kind: Asking['kind'], holdings: Holdings): PolicyEntity {
  const held = [...ROLES, ...SERVICE_ROLES].map((role) => {
    const scopes = holdings.roles.filter((grant) => grant.role === role).map((grant) => scopeRef(grant.scope))
    return [role, scopes] as const
  })
  const disclosed = kind === 'person' ? { disclosed: holdings.disclosed.map(scopeRef) } : {}
  return { ref, attributes: { active: holdings.active, ...disclosed, ...Object.fromEntries(held) } }
}

/** Scopes that are named by a role and are not on the way from the target to the organisation. */
function rolesScopes({ roles, disclosed }: Holdings, known: ReadonlySet<string>): PolicyEntity[] {
  const named = new Set([...roles.map(({ scope }) => scope), ...disclosed])
  return [...named].filter((scope) => !known.has(scope)).map((scope) => ({ ref: scopeRef(scope) }))
}

function scopeRef(scope: Scope): EntityRef {
  return { type: 'Scope', id: scope }
}
