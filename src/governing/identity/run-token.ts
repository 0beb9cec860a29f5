import type { KeyObject } from 'node:crypto'
import { equalBytes, hmacSha256, type Id, type Random } from '../../kernel/index.ts'

const PREFIX = 'cst_run_'
const DOMAIN = 'custody/run-token/v1\0'
const MAC_BYTES = 16
const SHAPE = /^cst_run_([0-7][0-9A-HJKMNP-TV-Z]{25})_([A-Za-z0-9_-]{32})([A-Za-z0-9_-]{22})$/

/**
 * `cst_run_` RUN `_` SECRET MAC: the run's ULID, 24 random bytes and an HMAC over both, so that any server that has the
 * key refuses rubbish without looking anything up. What it may be used for stands in the database, under its digest.
 */
export function mintRunToken(run: Id<'run'>, key: KeyObject, random: Random): string {
  const signed = `${run.slice('run_'.length)}_${Buffer.from(random(24)).toString('base64url')}`
  return PREFIX + signed + macOf(signed, key).toString('base64url')
}

/** Looks like a run token, whoever signed it. */
export function looksLikeRunToken(text: string): boolean {
  return text.startsWith(PREFIX)
}

/** `malformed`: not of this shape. `forged`: of this shape, and not signed with this key. */
export function readRunToken(
  text: string,
  key: KeyObject,
): { readonly state: 'signed'; readonly run: Id<'run'> } | { readonly state: 'malformed' | 'forged' } {
  const [, run, secret, mac] = SHAPE.exec(text) ?? []
  if (run === undefined || mac === undefined) return { state: 'malformed' }
  const expected = macOf(`${run}_${secret}`, key)
  const isOurs = equalBytes(Buffer.from(mac, 'base64url'), expected)
  return isOurs ? { state: 'signed', run: `run_${run}` } : { state: 'forged' }
}

function macOf(signed: string, key: KeyObject): Buffer {
  return hmacSha256(key, DOMAIN, signed).subarray(0, MAC_BYTES)
}
