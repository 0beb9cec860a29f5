import type { Id } from '../../kernel/index.ts'
import type { Person } from './person.ts'
import type { Role } from './roles.ts'
import type { Scope } from './scope.ts'

/** A role, and where it counts. */
export interface HeldRole {
  readonly role: Role
  readonly scope: Scope
}

/** An integration's own account: it reads or provisions, and can never sponsor, own or approve anything. */
export interface ServiceAccount {
  readonly id: Id<'svc'>
  readonly name: string
  readonly active: boolean
}

/** Who calls: a person, or an integration. Only a person can answer for anything. */
export type Principal =
  | ({ readonly kind: 'person' } & Person)
  | ({ readonly kind: 'service' } & ServiceAccount)
