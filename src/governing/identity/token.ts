import { type Random, sha256 } from '../../kernel/index.ts'

/** What a secret opens: the API for a person or an integration, or one page once. Run tokens are signed: `run-token.ts`. */
export type TokenKind = 'session' | 'service' | 'link'

const PREFIX: Readonly<Record<TokenKind, string>> = {
  session: 'cst_session_',
  service: 'cst_service_',
  link: 'cst_link_',
}

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
