import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, type ExternalIdRow, type PersonRow, statements } from './tables.ts'

export function insertPerson(person: PersonRow): Write {
  return toWrite(statements.insertInto('persons').values(person))
}

export function updatePerson(id: string, changed: Partial<Omit<PersonRow, 'id'>>): Write {
  return toWrite(statements.updateTable('persons').set(changed).where('id', '=', id))
}

export function notePrivilegesChanged(ids: readonly string[], at: number): readonly Write[] {
  if (ids.length === 0) return []
  return [
    toWrite(statements.updateTable('persons').set({ privileges_changed_at: at }).where('id', 'in', ids)),
  ]
}

/** Everything there is about a person, in an order that leaves no row pointing nowhere. */
export function deletePerson(id: string): readonly Write[] {
  return [
    toWrite(statements.deleteFrom('sessions').where('person', '=', id)),
    toWrite(statements.deleteFrom('credentials').where('person', '=', id)),
    toWrite(statements.deleteFrom('one_time_links').where('person', '=', id)),
    toWrite(statements.deleteFrom('external_ids').where('person', '=', id)),
    toWrite(statements.deleteFrom('team_members').where('person', '=', id)),
    toWrite(statements.deleteFrom('disclosure_grants').where('person', '=', id)),
    toWrite(statements.deleteFrom('role_grants').where('holder', '=', id)),
    toWrite(statements.deleteFrom('persons').where('id', '=', id)),
  ]
}

export function insertExternalId(externalId: ExternalIdRow): Write {
  return toWrite(statements.insertInto('external_ids').values(externalId))
}

export function deleteExternalId(provider: string, subject: string): Write {
  return toWrite(
    statements.deleteFrom('external_ids').where('provider', '=', provider).where('subject', '=', subject),
  )
}

export function moveExternalIds(from: string, into: string): Write {
  return toWrite(statements.updateTable('external_ids').set({ person: into }).where('person', '=', from))
}

export function personById(db: Db, id: string): Promise<PersonRow | undefined> {
  return db.selectFrom('persons').selectAll().where('id', '=', id).executeTakeFirst()
}

export function allPersons(db: Db): Promise<PersonRow[]> {
  return db.selectFrom('persons').selectAll().orderBy('id').execute()
}

/** A page in order of id, with how many there are in all. */
export async function personsPage(
  db: Db,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly rows: readonly PersonRow[] }> {
  const counted = await db
    .selectFrom('persons')
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirst()
  const rows = await db.selectFrom('persons').selectAll().orderBy('id').offset(offset).limit(limit).execute()
  return { total: Number(counted?.total ?? 0), rows }
}

export function personOfExternalId(
  db: Db,
  provider: string,
  subject: string,
): Promise<ExternalIdRow | undefined> {
  return db
    .selectFrom('external_ids')
    .selectAll()
    .where('provider', '=', provider)
    .where('subject', '=', subject)
    .executeTakeFirst()
}

export function externalIdsOf(db: Db, person: string): Promise<ExternalIdRow[]> {
  return db
    .selectFrom('external_ids')
    .selectAll()
    .where('person', '=', person)
    .orderBy('provider')
    .orderBy('subject')
    .execute()
}
