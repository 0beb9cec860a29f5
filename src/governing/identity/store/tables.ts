import { createStatements, type Reader } from '../../../storage/index.ts'

/** Personal data: beside the ledger, which holds only the random id. */
interface PersonsTable {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly status: string
  /** The same human, who goes on under this id. */
  readonly merged_into: string | null
  /** Keys the digests of this person's data in the ledger; without it they cannot be guessed back. */
  readonly salt: Uint8Array | null
  /** When roles or teams last changed: sessions from before get a new secret. */
  readonly privileges_changed_at: number
}

interface ExternalIdsTable {
  readonly provider: string
  readonly subject: string
  readonly person: string
  /** 1 when somebody who can know vouched for it. */
  readonly verified: number
  readonly linked_at: string
}

interface RoleGrantsTable {
  /** A person, a team or a service account. */
  readonly holder: string
  readonly role: string
  readonly scope: string
  readonly granted_at: string
  readonly granted_by: string
}

interface DisclosureGrantsTable {
  readonly id: string
  readonly person: string
  readonly scope: string
  readonly granted_by: string
  readonly expires_at: number
  readonly revoked_at: number | null
}

interface SessionsTable {
  readonly digest: Uint8Array
  readonly id: string
  readonly person: string
  readonly kind: string
  readonly started_at: number
  readonly expires_at: number
  readonly idle_ms: number
  readonly last_used_at: number
}

interface RunTokensTable {
  readonly digest: Uint8Array
  readonly run: string
  readonly workflow: string
  readonly sponsor: string
  readonly expires_at: number
  /** Why it counts no more; null while it does. */
  readonly revoked: string | null
}

/** Secrets are kept as digests only. */
export interface IdentityTables {
  readonly persons: PersonsTable
  readonly external_ids: ExternalIdsTable
  readonly teams: { readonly id: string; readonly name: string }
  readonly team_members: { readonly team: string; readonly person: string }
  readonly team_ownings: { readonly kind: string; readonly subject: string; readonly team: string }
  readonly role_grants: RoleGrantsTable
  readonly disclosure_grants: DisclosureGrantsTable
  readonly agents: { readonly id: string; readonly kind: string; readonly owner: string }
  readonly services: { readonly id: string; readonly name: string; readonly status: string }
  readonly service_tokens: {
    readonly digest: Uint8Array
    readonly id: string
    readonly service: string
    readonly issued_at: number
    readonly expires_at: number
  }
  readonly sessions: SessionsTable
  readonly credentials: {
    readonly person: string
    readonly password_hash: string
    readonly changed_at: number
  }
  readonly sign_in_failures: { readonly subject: string; readonly count: number; readonly last_at: number }
  readonly one_time_links: {
    readonly digest: Uint8Array
    readonly id: string
    readonly person: string
    readonly purpose: string
    readonly expires_at: number
  }
  /** A second row for the same link makes its whole unit fail: a link works once. */
  readonly spent_links: { readonly id: string; readonly at: number }
  readonly run_tokens: RunTokensTable
  /** Grows with every change that others must see at once. */
  readonly identity_version: { readonly only: number; readonly version: number }
  /** Takes no row: writing one makes the whole unit fail (`keepAnAdministrator`). */
  readonly identity_left_unmanaged: { readonly administrators: number }
}

export type PersonRow = PersonsTable
export type ExternalIdRow = ExternalIdsTable
export type RoleGrantRow = RoleGrantsTable
export type DisclosureGrantRow = DisclosureGrantsTable
export type SessionRow = SessionsTable
export type RunTokenRow = RunTokensTable
export type Db = Reader<IdentityTables>

export const statements = createStatements<IdentityTables>()
