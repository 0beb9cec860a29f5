import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, type RunTokenRow, statements } from './tables.ts'

export function insertRunToken(token: RunTokenRow): Write {
  return toWrite(statements.insertInto('run_tokens').values(token))
}

/** Extends what is not revoked. */
export function extendRunTokens(run: string, expiresAt: number): Write {
  return toWrite(
    statements
      .updateTable('run_tokens')
      .set({ expires_at: expiresAt })
      .where('run', '=', run)
      .where('revoked', 'is', null),
  )
}

/** The first reason stays. */
export function revokeRunTokens(
  of: { readonly run: string } | { readonly sponsor: string },
  reason: string,
): Write {
  const update = statements.updateTable('run_tokens').set({ revoked: reason }).where('revoked', 'is', null)
  return toWrite('run' in of ? update.where('run', '=', of.run) : update.where('sponsor', '=', of.sponsor))
}

export function runTokenByDigest(db: Db, digest: Uint8Array): Promise<RunTokenRow | undefined> {
  return db.selectFrom('run_tokens').selectAll().where('digest', '=', digest).executeTakeFirst()
}
