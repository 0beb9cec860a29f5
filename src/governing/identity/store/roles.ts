import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, type DisclosureGrantRow, type RoleGrantRow, statements } from './tables.ts'

export function insertRoleGrant(grant: RoleGrantRow): Write {
  return toWrite(
    statements
      .insertInto('role_grants')
      .values(grant)
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function deleteRoleGrant({
  holder,
  role,
  scope,
}: Pick<RoleGrantRow, 'holder' | 'role' | 'scope'>): Write {
  return toWrite(
    statements
      .deleteFrom('role_grants')
      .where('holder', '=', holder)
      .where('role', '=', role)
      .where('scope', '=', scope),
  )
}

export function deleteRoleGrantsOf(holder: string): Write {
  return toWrite(statements.deleteFrom('role_grants').where('holder', '=', holder))
}

/**
 * Makes the unit it belongs to fail when, after the writes before it, no active person is an administrator of the
 * organisation, by a grant of their own or through a team.
 */
export function keepAnAdministrator(): Write {
  return toWrite(
    statements
      .insertInto('identity_left_unmanaged')
      .columns(['administrators'])
      .expression(
        statements
          .selectNoFrom(({ lit }) => lit(0).as('administrators'))
          .where(({ not, exists }) => not(exists(activeAdministrators(statements).select('persons.id')))),
      ),
  )
}

function activeAdministrators(db: Db) {
  return db
    .selectFrom('persons')
    .where('persons.status', '=', 'active')
    .where('persons.id', 'in', (sub) =>
      sub
        .selectFrom('role_grants')
        .select('holder')
        .where('role', '=', 'administrator')
        .where('scope', '=', 'organisation')
        .union(
          sub
            .selectFrom('team_members')
            .innerJoin('role_grants', 'role_grants.holder', 'team_members.team')
            .select('team_members.person as holder')
            .where('role_grants.role', '=', 'administrator')
            .where('role_grants.scope', '=', 'organisation'),
        ),
    )
}

export function roleGrantsOf(db: Db, holders: readonly string[]): Promise<RoleGrantRow[]> {
  return db
    .selectFrom('role_grants')
    .selectAll()
    .where('holder', 'in', holders)
    .orderBy('holder')
    .orderBy('role')
    .orderBy('scope')
    .execute()
}

export function allRoleGrants(db: Db): Promise<RoleGrantRow[]> {
  return db.selectFrom('role_grants').selectAll().orderBy('holder').orderBy('role').orderBy('scope').execute()
}

export function insertDisclosureGrant(grant: DisclosureGrantRow): Write {
  return toWrite(statements.insertInto('disclosure_grants').values(grant))
}

export function revokeDisclosureGrant(id: string, at: number): Write {
  return toWrite(
    statements
      .updateTable('disclosure_grants')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null),
  )
}

export function disclosureGrantById(db: Db, id: string): Promise<DisclosureGrantRow | undefined> {
  return db.selectFrom('disclosure_grants').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Grants that count at a time. */
export function disclosureGrantsOf(db: Db, person: string, now: number): Promise<DisclosureGrantRow[]> {
  return db
    .selectFrom('disclosure_grants')
    .selectAll()
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('id')
    .execute()
}

export function allDisclosureGrants(db: Db): Promise<DisclosureGrantRow[]> {
  return db.selectFrom('disclosure_grants').selectAll().orderBy('id', 'desc').limit(1000).execute()
}
