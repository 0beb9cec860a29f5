import type { GatewayCode } from './failures.ts'

/** A call that goes no further. The message is shown to the agent's user: one sentence that says what to do. */
export interface Refusal {
  readonly code: GatewayCode
  readonly status: number
  readonly message: string
}

/**
 * Statuses are chosen by how agents react: 401 only without a credential (Claude Code retries it for minutes), 403 for
 * every decision, never 429 or 5xx for one.
 */
const STATUS: Readonly<Record<GatewayCode, number>> = {
  'no-credential': 401,
  'unknown-token': 403,
  'token-expired': 403,
  'sponsor-inactive': 403,
  'sponsor-not-permitted': 403,
  'run-stopped': 403,
  'run-ended': 403,
  'endpoint-unknown': 404,
  'body-too-large': 413,
  'body-encoded': 415,
  'body-invalid': 400,
  'upstream-not-configured': 403,
  'upstream-unreachable': 502,
  'upstream-timeout': 504,
  'not-recorded': 503,
  'upgrade-refused': 426,
}

export function refuse(code: GatewayCode, message: string): Refusal {
  return { code, status: STATUS[code], message: `Custody refused this call (gateway.${code}). ${message}` }
}
