import { type Random, sha256 } from '../../kernel/index.ts'

/** What a secret opens: the API for a person, or the gateway for one run. */
export type TokenKind = 'session' | 'run'

const PREFIX: Readonly<Record<TokenKind, string>> = { session: 'cst_session_', run: 'cst_run_' }

/** A new secret: shown once, stored only as its digest. The prefix lets secret scanners know it. */
export function mintToken(kind: TokenKind, random: Random): string {
  return PREFIX[kind] + Buffer.from(random(32)).toString('base64url')
}

export function isToken(kind: TokenKind, text: string): boolean {
  return text.startsWith(PREFIX[kind]) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(PREFIX[kind].length))
}

/** The secret has 256 random bits, so a plain digest cannot be searched back. */
export function digestToken(token: string): Buffer {
  return sha256(token)
}
