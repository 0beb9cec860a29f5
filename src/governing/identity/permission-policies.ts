import { PolicySet } from '../policy/index.ts'
import { PERMISSION_NAMES, type Permission, permissionRow } from './permissions.ts'
import { ROLES, SERVICE_ROLES } from './roles.ts'

/** The table of permissions as Cedar policies: one for each permission and role, named `PERMISSION/ROLE`. */
export function permissionPolicies(): PolicySet {
  const rows = PERMISSION_NAMES.flatMap((permission) => Object.entries(policiesOf(permission)))
  const inactive = 'forbid (principal, action, resource) unless { principal.active };'
  return new PolicySet({ schema: SCHEMA, policies: { ...Object.fromEntries(rows), inactive } })
}

function policiesOf(permission: Permission): Record<string, string> {
  const { roles, personsOnly, byDisclosure } = permissionRow(permission)
  const permit = (held: string, who = personsOnly ? 'principal is Person' : 'principal') =>
    `permit (${who}, action == Action::"${permission}", resource) when { resource in principal.${held} };`
  return {
    ...Object.fromEntries(roles.map((role) => [`${permission}/${role}`, permit(role)])),
    ...(byDisclosure ? { [`${permission}/disclosure`]: permit('disclosed', 'principal is Person') } : {}),
  }
}

const HELD = [...ROLES, ...SERVICE_ROLES].map((role) => `${role}: Set<Scope>`).join(', ')
const ACTIONS = PERMISSION_NAMES.map((name) => `"${name}"`).join(', ')

/** A scope is in what it is part of: a run in its workflow, that in the team that owns it, that in the organisation. */
const SCHEMA = `
entity Scope in [Scope];
entity Person { active: Bool, disclosed: Set<Scope>, ${HELD} };
entity Service { active: Bool, ${HELD} };
action ${ACTIONS} appliesTo { principal: [Person, Service], resource: [Scope] };
`
