import { isFailure } from '../../../kernel/index.ts'
import type { AppendFailure } from '../append.ts'

/** By SQLSTATE, or its class of two digits. */
const BY_STATE: Readonly<Record<string, AppendFailure | 'again'>> = {
  // Data that the database cannot hold, or that contradicts what it holds.
  '22': 'contradicts',
  '23': 'contradicts',
  '53100': 'disk-full',
  // No connection, no resources, shut down or taken over, timed out, chosen as the loser of a deadlock.
  '08': 'again',
  '25': 'again',
  '40': 'again',
  '53': 'again',
  '55': 'again',
  '57': 'again',
  '58': 'again',
}

/**
 * What an error of a transaction comes to: a refusal, or another attempt with a new connection. PostgreSQL leaves
 * nothing of a failed transaction, so only what is not listed stops the writer.
 */
export function whatToDo(error: unknown): AppendFailure | 'again' {
  if (isFailure(error)) return error.code === 'storage.database-unreachable' ? 'again' : 'stopped'
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown }
  // Not from the database but about the way to it.
  if (severity === undefined || typeof code !== 'string') return 'again'
  return BY_STATE[code] ?? BY_STATE[code.slice(0, 2)] ?? 'stopped'
}
