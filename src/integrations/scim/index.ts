/** A SCIM 2.0 server (RFC 7643, 7644) over the directory, with the ways of Okta and Entra. */
export type { DeactivationLimit } from './deactivation-guard.ts'
export type { HeldDeactivation } from './deactivations.ts'
export {
  listResponse,
  MAX_BULK_BYTES,
  resourceTypes,
  SERVICE_PROVIDER_CONFIG,
  schemaDocuments,
} from './discovery.ts'
export type { RolesByGroup } from './group-roles.ts'
export { type ScimProblem, scimProblemOf } from './problem.ts'
export { type Endpoint, Scim, type ScimOptions, type ScimSettings, type Shown } from './scim.ts'
export type { ScimTables } from './store.ts'
export type { Changing } from './users.ts'
/** Whether If-None-Match names a version. */
export { names as namesVersion } from './version.ts'
