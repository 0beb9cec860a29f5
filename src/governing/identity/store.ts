import { createStatements, type Reader, toWrite, type Write } from '../../storage/index.ts'

export interface IdentityTables {
  /** Personal data: beside the ledger, which holds only the random id. */
  readonly persons: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly status: string
  }
  /** Secrets are kept as digests only. */
  readonly sessions: { readonly digest: Uint8Array; readonly person: string; readonly expires_at: number }
  readonly run_tokens: { readonly digest: Uint8Array; readonly run: string; readonly expires_at: number }
}

export type PersonRow = IdentityTables['persons']

const statements = createStatements<IdentityTables>()

export function insertPerson(person: PersonRow): Write {
  return toWrite(statements.insertInto('persons').values(person))
}

export function insertSession(session: IdentityTables['sessions']): Write {
  return toWrite(statements.insertInto('sessions').values(session))
}

export function insertRunToken(token: IdentityTables['run_tokens']): Write {
  return toWrite(statements.insertInto('run_tokens').values(token))
}

export function personById(db: Reader<IdentityTables>, id: string): Promise<PersonRow | undefined> {
  return db.selectFrom('persons').selectAll().where('id', '=', id).executeTakeFirst()
}

export function personByEmail(db: Reader<IdentityTables>, email: string): Promise<PersonRow | undefined> {
  return db.selectFrom('persons').selectAll().where('email', '=', email).executeTakeFirst()
}

export function allPersons(db: Reader<IdentityTables>): Promise<PersonRow[]> {
  return db.selectFrom('persons').selectAll().orderBy('id').execute()
}

export function sessionByDigest(
  db: Reader<IdentityTables>,
  digest: Uint8Array,
): Promise<IdentityTables['sessions'] | undefined> {
  return db.selectFrom('sessions').selectAll().where('digest', '=', digest).executeTakeFirst()
}

export function runTokenByDigest(
  db: Reader<IdentityTables>,
  digest: Uint8Array,
): Promise<IdentityTables['run_tokens'] | undefined> {
  return db.selectFrom('run_tokens').selectAll().where('digest', '=', digest).executeTakeFirst()
}
