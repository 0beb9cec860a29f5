import type { IdentityTables } from '../../governing/identity/index.ts'
import { createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'

interface UsersTable {
  /** The person's. */
  readonly id: string
  /** As it is compared; null once deleted, so that another may have it. */
  readonly user_name: string | null
  readonly external_id: string | null
  /** What the directory said of the person, as JSON; `{}` once deleted. */
  readonly resource: string
  readonly created_at: string
  readonly changed_at: string
  /** When the directory deactivated the person; 0 when that is not to be counted; null when it did not. */
  readonly put_out_at: number | null
  /** When it asked for that and was held. */
  readonly held_at: number | null
  readonly deleted_at: number | null
}

interface GroupsTable {
  /** The team's. */
  readonly id: string
  readonly display_name: string
  readonly external_id: string | null
  /** The roles it has been given by configuration, as JSON. */
  readonly roles: string
  readonly created_at: string
  readonly changed_at: string
}

export interface ScimTables {
  readonly scim_users: UsersTable
  readonly scim_groups: GroupsTable
}

export type UserRow = UsersTable
/** A user with the status of the person. */
export type KnownUser = UserRow & { readonly status: string }
export type GroupRow = GroupsTable
export type Db = Reader<ScimTables & IdentityTables>

/** Which rows can match a filter at all. */
export type Narrowed<Column extends string> = { readonly column: Column; readonly value: string } | undefined
export type UserColumn = 'id' | 'user_name' | 'external_id'
export type GroupColumn = 'id' | 'external_id'

const statements = createStatements<ScimTables>()

export function insertUser(user: UserRow): Write {
  const { id: _, ...rest } = user
  return toWrite(
    statements
      .insertInto('scim_users')
      .values(user)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(rest)),
  )
}

export function updateUser(id: string, changed: Partial<Omit<UserRow, 'id'>>): Write {
  return toWrite(statements.updateTable('scim_users').set(changed).where('id', '=', id))
}

export function insertGroup(group: GroupRow): Write {
  return toWrite(statements.insertInto('scim_groups').values(group))
}

export function updateGroup(id: string, changed: Partial<Omit<GroupRow, 'id'>>): Write {
  return toWrite(statements.updateTable('scim_groups').set(changed).where('id', '=', id))
}

function knownUsers(db: Db) {
  return db
    .selectFrom('scim_users')
    .innerJoin('persons', 'persons.id', 'scim_users.id')
    .selectAll('scim_users')
    .select('persons.status')
}

/** Deleted ones as well. */
export function userById(db: Db, id: string): Promise<KnownUser | undefined> {
  return knownUsers(db).where('scim_users.id', '=', id).executeTakeFirst()
}

export function userByName(db: Db, name: string): Promise<KnownUser | undefined> {
  return knownUsers(db).where('scim_users.user_name', '=', name).executeTakeFirst()
}

export async function countUsers(db: Db): Promise<number> {
  const row = await db
    .selectFrom('scim_users')
    .where('deleted_at', 'is', null)
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

export function usersPage(db: Db, offset: number, limit: number): Promise<KnownUser[]> {
  return knownUsers(db)
    .where('deleted_at', 'is', null)
    .orderBy('scim_users.id')
    .offset(offset)
    .limit(limit)
    .execute()
}

export function usersAfter(
  db: Db,
  { after, limit, narrowed }: { after: string; limit: number; narrowed: Narrowed<UserColumn> },
): Promise<KnownUser[]> {
  const rows = knownUsers(db).where('deleted_at', 'is', null).where('scim_users.id', '>', after)
  const some =
    narrowed === undefined ? rows : rows.where(`scim_users.${narrowed.column}`, '=', narrowed.value)
  return some.orderBy('scim_users.id').limit(limit).execute()
}

/** Databases limit the parameters of a statement. */
const AT_ONCE = 400

/** Those of the ids that are users. */
export async function usersAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const rows = await db
      .selectFrom('scim_users')
      .select('id')
      .where('deleted_at', 'is', null)
      .where('id', 'in', ids.slice(i, i + AT_ONCE))
      .execute()
    for (const { id } of rows) found.add(id)
  }
  return found
}

export async function countActivePersons(db: Db): Promise<number> {
  const row = await db
    .selectFrom('persons')
    .where('status', '=', 'active')
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

export async function countPutOutSince(db: Db, since: number): Promise<number> {
  const row = await db
    .selectFrom('scim_users')
    .where('put_out_at', '>', since)
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

export function heldUsers(db: Db): Promise<KnownUser[]> {
  return knownUsers(db).where('held_at', 'is not', null).orderBy('scim_users.id').execute()
}

export function groupById(db: Db, id: string): Promise<GroupRow | undefined> {
  return db.selectFrom('scim_groups').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function countGroups(db: Db): Promise<number> {
  const row = await db
    .selectFrom('scim_groups')
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

export function groupsPage(db: Db, offset: number, limit: number): Promise<GroupRow[]> {
  return db.selectFrom('scim_groups').selectAll().orderBy('id').offset(offset).limit(limit).execute()
}

export function groupsAfter(
  db: Db,
  { after, limit, narrowed }: { after: string; limit: number; narrowed: Narrowed<GroupColumn> },
): Promise<GroupRow[]> {
  const rows = db.selectFrom('scim_groups').selectAll().where('id', '>', after)
  const some = narrowed === undefined ? rows : rows.where(narrowed.column, '=', narrowed.value)
  return some.orderBy('id').limit(limit).execute()
}
