import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, type IdentityTables, statements } from './tables.ts'

export type TeamRow = IdentityTables['teams']
export type TeamOwningRow = IdentityTables['team_ownings']

export function insertTeam(team: TeamRow): Write {
  return toWrite(statements.insertInto('teams').values(team))
}

export function renameTeam(id: string, name: string): Write {
  return toWrite(statements.updateTable('teams').set({ name }).where('id', '=', id))
}

export function deleteTeam(id: string): readonly Write[] {
  return [
    toWrite(statements.deleteFrom('team_members').where('team', '=', id)),
    toWrite(statements.deleteFrom('team_ownings').where('team', '=', id)),
    toWrite(statements.deleteFrom('role_grants').where('holder', '=', id)),
    toWrite(statements.deleteFrom('role_grants').where('scope', '=', `team:${id}`)),
    toWrite(statements.deleteFrom('teams').where('id', '=', id)),
  ]
}

/** At most this many rows are written by one statement: databases limit its parameters. */
const ROWS_AT_ONCE = 400

export function setTeamMembers(team: string, members: readonly string[]): readonly Write[] {
  const writes = [toWrite(statements.deleteFrom('team_members').where('team', '=', team))]
  for (let i = 0; i < members.length; i += ROWS_AT_ONCE) {
    const rows = members.slice(i, i + ROWS_AT_ONCE).map((person) => ({ team, person }))
    writes.push(toWrite(statements.insertInto('team_members').values(rows)))
  }
  return writes
}

/** Hands a workflow or repository to a team, taking it from another. */
export function setOwningTeam(owning: TeamOwningRow): Write {
  return toWrite(
    statements
      .insertInto('team_ownings')
      .values(owning)
      .onConflict((conflict) => conflict.columns(['kind', 'subject']).doUpdateSet({ team: owning.team })),
  )
}

export function deleteOwning(kind: string, subject: string): Write {
  return toWrite(
    statements.deleteFrom('team_ownings').where('kind', '=', kind).where('subject', '=', subject),
  )
}

export function teamById(db: Db, id: string): Promise<TeamRow | undefined> {
  return db.selectFrom('teams').selectAll().where('id', '=', id).executeTakeFirst()
}

export function teamByName(db: Db, name: string): Promise<TeamRow | undefined> {
  return db.selectFrom('teams').selectAll().where('name', '=', name).executeTakeFirst()
}

export function allTeams(db: Db): Promise<TeamRow[]> {
  return db.selectFrom('teams').selectAll().orderBy('name').execute()
}

export async function membersOf(db: Db, team: string): Promise<string[]> {
  const rows = await db
    .selectFrom('team_members')
    .select('person')
    .where('team', '=', team)
    .orderBy('person')
    .execute()
  return rows.map(({ person }) => person)
}

export async function teamsOf(db: Db, person: string): Promise<string[]> {
  const rows = await db
    .selectFrom('team_members')
    .select('team')
    .where('person', '=', person)
    .orderBy('team')
    .execute()
  return rows.map(({ team }) => team)
}

export function owningsOf(db: Db, team: string): Promise<TeamOwningRow[]> {
  return db
    .selectFrom('team_ownings')
    .selectAll()
    .where('team', '=', team)
    .orderBy('kind')
    .orderBy('subject')
    .execute()
}

export async function owningTeam(db: Db, kind: string, subject: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('team_ownings')
    .select('team')
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.team
}
