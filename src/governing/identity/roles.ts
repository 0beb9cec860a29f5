/** What a person may be given. A role counts in a scope, and in everything inside it. */
export const ROLES = ['viewer', 'developer', 'approver', 'auditor', 'operator', 'administrator'] as const

/** What only a service account may be given. */
export const SERVICE_ROLES = ['provisioner', 'monitor'] as const

export type Role = (typeof ROLES)[number] | (typeof SERVICE_ROLES)[number]

/** The roles of persons that a service account may hold: those that change nothing and answer for nothing. */
export const ROLES_FOR_SERVICES: readonly Role[] = [...SERVICE_ROLES, 'viewer', 'auditor']
