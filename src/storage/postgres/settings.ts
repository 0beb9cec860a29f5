import type { ClientConfig } from 'pg'
import { types } from 'pg'
import { storageFailures } from '../failures.ts'

const CONNECT_WITHIN_MS = 5000
const STATEMENT_WITHIN_MS = 30_000

/** How every connection is made. Nothing that is thrown or reported holds the password. */
export function clientConfig(url: string): ClientConfig {
  checkUrl(url)
  return {
    connectionString: url,
    application_name: 'custody',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    keepAlive: true,
    types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => parserOf(oid, format) },
  }
}

/** The address without its password, for people. */
export function withoutPassword(url: string): string {
  const shown = parsed(url)
  if (shown === undefined) return 'postgres'
  const host = shown.hostname === '' ? '' : `${shown.hostname}${shown.port === '' ? '' : `:${shown.port}`}`
  return `postgres://${host}${shown.pathname}`
}

function checkUrl(url: string): void {
  const scheme = parsed(url)?.protocol
  if (scheme === 'postgres:' || scheme === 'postgresql:') return
  throw storageFailures.create(
    'database-address-malformed',
    'The database is to be written as postgres://USER:PASSWORD@HOST:PORT/NAME.',
  )
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined
}

const BIGINT = 20
const NUMERIC = 1700

/** Whole numbers come as text because they may be larger than a number holds; ours never are, and that is checked. */
function parserOf(oid: number, format: 'text' | 'binary' = 'text'): (text: string) => unknown {
  if (oid === BIGINT || oid === NUMERIC) return toInteger
  return types.getTypeParser(oid, format) as (text: string) => unknown
}

function toInteger(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new RangeError('a number in the database is larger than any that Custody writes')
}
