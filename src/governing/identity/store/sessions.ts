import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, type IdentityTables, type SessionRow, statements } from './tables.ts'

export function insertSession(session: SessionRow): Write {
  return toWrite(statements.insertInto('sessions').values(session))
}

export function touchSession(id: string, lastUsedAt: number): Write {
  return toWrite(statements.updateTable('sessions').set({ last_used_at: lastUsedAt }).where('id', '=', id))
}

export function deleteSession(id: string): Write {
  return toWrite(statements.deleteFrom('sessions').where('id', '=', id))
}

export function deleteSessionsOf(person: string): Write {
  return toWrite(statements.deleteFrom('sessions').where('person', '=', person))
}

export function sessionByDigest(db: Db, digest: Uint8Array): Promise<SessionRow | undefined> {
  return db.selectFrom('sessions').selectAll().where('digest', '=', digest).executeTakeFirst()
}

export function sessionById(db: Db, id: string): Promise<SessionRow | undefined> {
  return db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
}

export function sessionsOf(db: Db, person: string): Promise<SessionRow[]> {
  return db.selectFrom('sessions').selectAll().where('person', '=', person).orderBy('id').execute()
}

export function allSessions(db: Db): Promise<SessionRow[]> {
  return db.selectFrom('sessions').selectAll().orderBy('id', 'desc').limit(1000).execute()
}

export type CredentialRow = IdentityTables['credentials']
export type LinkRow = IdentityTables['one_time_links']
export type SignInFailureRow = IdentityTables['sign_in_failures']

export function setCredential({ person, password_hash, changed_at }: CredentialRow): Write {
  return toWrite(
    statements
      .insertInto('credentials')
      .values({ person, password_hash, changed_at })
      .onConflict((conflict) => conflict.column('person').doUpdateSet({ password_hash, changed_at })),
  )
}

export function deleteCredential(person: string): Write {
  return toWrite(statements.deleteFrom('credentials').where('person', '=', person))
}

export function credentialOf(db: Db, person: string): Promise<CredentialRow | undefined> {
  return db.selectFrom('credentials').selectAll().where('person', '=', person).executeTakeFirst()
}

/** One more failure; those before `forgottenBefore` no longer count. Two at the same time are both counted. */
export function countSignInFailure(subject: string, now: number, forgottenBefore: number): readonly Write[] {
  return [
    toWrite(
      statements
        .deleteFrom('sign_in_failures')
        .where('subject', '=', subject)
        .where('last_at', '<', forgottenBefore),
    ),
    toWrite(
      statements
        .insertInto('sign_in_failures')
        .values({ subject, count: 1, last_at: now })
        .onConflict((conflict) =>
          conflict
            .column('subject')
            .doUpdateSet(({ eb }) => ({ count: eb('sign_in_failures.count', '+', 1), last_at: now })),
        ),
    ),
  ]
}

export function clearSignInFailures(subject: string): Write {
  return toWrite(statements.deleteFrom('sign_in_failures').where('subject', '=', subject))
}

export function signInFailures(db: Db, subjects: readonly string[]): Promise<SignInFailureRow[]> {
  return db.selectFrom('sign_in_failures').selectAll().where('subject', 'in', subjects).execute()
}

export function insertLink(link: LinkRow): Write {
  return toWrite(statements.insertInto('one_time_links').values(link))
}

export function deleteLinksOf(person: string): Write {
  return toWrite(statements.deleteFrom('one_time_links').where('person', '=', person))
}

export function spendLink(id: string, at: number): Write {
  return toWrite(statements.insertInto('spent_links').values({ id, at }))
}

export function linkByDigest(db: Db, digest: Uint8Array): Promise<LinkRow | undefined> {
  return db.selectFrom('one_time_links').selectAll().where('digest', '=', digest).executeTakeFirst()
}

export async function isSpent(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('spent_links').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}
