import { ROLES, type Role } from './roles.ts'

interface PermissionRow {
  readonly meaning: string
  readonly roles: readonly Role[]
  /** Never a service account, whatever it holds: somebody has to answer for it. */
  readonly personsOnly?: true
  /** Also given one by one, for a time: see disclosures. */
  readonly byDisclosure?: true
}

const EVERY_ROLE = ROLES
const KEEPERS = ['operator', 'administrator'] as const

/** THE table: what may be done, and by which roles. Routes name a row; `docs/permissions.md` is generated from it. */
const PERMISSIONS = {
  'run.open': {
    meaning: 'sponsor runs: open them, and have their agents call models and tools',
    roles: ['developer', 'administrator'],
    personsOnly: true,
  },
  'run.stop': {
    meaning: 'end somebody else’s run',
    roles: KEEPERS,
    personsOnly: true,
  },
  'run.read': { meaning: 'see runs: who, when, with which models, at what cost', roles: EVERY_ROLE },
  'part.read': {
    meaning: 'read what is kept encrypted: tasks, prompts, answers, tool calls, files',
    roles: ['developer', 'approver', 'administrator'],
    personsOnly: true,
    byDisclosure: true,
  },
  'evidence.export': {
    meaning: 'export evidence; with bodies only together with part.read',
    roles: ['developer', 'approver', 'auditor', 'administrator'],
  },
  'log.read': { meaning: 'have the log proved: checkpoints, proofs, witnesses', roles: EVERY_ROLE },
  'log.publish': { meaning: 'publish the log at once', roles: KEEPERS },
  'erasure.ask': { meaning: 'ask for parts to be erased', roles: KEEPERS, personsOnly: true },
  'erasure.approve': {
    meaning: 'consent to an erasure somebody else asked for',
    roles: ['approver', 'administrator'],
    personsOnly: true,
  },
  'hold.read': { meaning: 'see legal holds and erasures', roles: ['auditor', ...KEEPERS] },
  'hold.change': { meaning: 'place and lift legal holds', roles: KEEPERS, personsOnly: true },
  'retention.read': {
    meaning: 'see what is kept for how long and how much it is',
    roles: ['auditor', ...KEEPERS],
  },
  'retention.sweep': { meaning: 'have what is due expire now', roles: KEEPERS, personsOnly: true },
  'recording.lower': {
    meaning: 'ask that a workflow records less, or consent to it',
    roles: KEEPERS,
    personsOnly: true,
  },
  'key.change': { meaning: 'rotate and revoke keys', roles: ['administrator'], personsOnly: true },
  'metrics.read': { meaning: 'read metrics', roles: ['monitor', 'auditor', ...KEEPERS] },
  'identity.read': {
    meaning: 'see persons, teams, agents, service accounts, roles and sessions',
    roles: ['auditor', 'administrator'],
  },
  'identity.change': {
    meaning: 'add, change and deactivate persons, teams and service accounts; give and take roles',
    roles: ['administrator'],
    personsOnly: true,
  },
  'disclosure.grant': {
    meaning: 'let a person read parts of a scope for a time',
    roles: ['administrator'],
    personsOnly: true,
  },
  'directory.provision': {
    meaning: 'keep persons and teams as the company’s directory has them (SCIM)',
    roles: ['provisioner'],
  },
} as const satisfies Readonly<Record<string, PermissionRow>>

export type Permission = keyof typeof PERMISSIONS

/** Those that no service account can have. */
export type PersonPermission = {
  [Name in Permission]: (typeof PERMISSIONS)[Name] extends { readonly personsOnly: true } ? Name : never
}[Permission]

/** A row of the table with its optional columns. */
export function permissionRow(permission: Permission): PermissionRow {
  return PERMISSIONS[permission]
}

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[]
