import type { Vendor } from './endpoints.ts'

/** Why a request is refused, in words its sender may read. */
interface Refusal {
  /** HTTP status: 402 for money, 403 for policy, 401 only for a missing or malformed credential. */
  readonly status: number
  /** The stable, catalogued code. */
  readonly code: string
  /** One sentence that names the rule and whom to ask. */
  readonly message: string
  readonly requestId: string
}

interface RefusalAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A refusal in the vendor's own error shape, so that its clients show the message; they are asked not to retry. */
export function refusalBody(vendor: Vendor, refusal: Refusal): RefusalAnswer {
  return {
    status: refusal.status,
    headers: {
      'content-type': 'application/json',
      'x-should-retry': 'false',
      'x-request-id': refusal.requestId,
    },
    body: JSON.stringify(BODIES[vendor](refusal)),
  }
}

const BODIES: Readonly<Record<Vendor, (refusal: Refusal) => object>> = {
  anthropic: ({ status, message, requestId }) => ({
    type: 'error',
    error: { type: nameOf(status).anthropic, message },
    request_id: requestId,
  }),
  openai: ({ status, code, message }) => ({
    error: { message, type: nameOf(status).openai, param: null, code },
  }),
  gemini: ({ status, message }) => ({ error: { code: status, message, status: nameOf(status).gemini } }),
}

/** What each vendor calls an error of this status. */
const NAMES: Readonly<Record<number, Readonly<Record<Vendor, string>>>> = {
  401: { anthropic: 'authentication_error', openai: 'authentication_error', gemini: 'UNAUTHENTICATED' },
  402: { anthropic: 'billing_error', openai: 'budget_exceeded', gemini: 'FAILED_PRECONDITION' },
  403: { anthropic: 'permission_error', openai: 'permission_denied', gemini: 'PERMISSION_DENIED' },
  404: { anthropic: 'not_found_error', openai: 'not_found_error', gemini: 'NOT_FOUND' },
  413: { anthropic: 'request_too_large', openai: 'invalid_request_error', gemini: 'INVALID_ARGUMENT' },
  426: { anthropic: 'invalid_request_error', openai: 'invalid_request_error', gemini: 'FAILED_PRECONDITION' },
  429: { anthropic: 'rate_limit_error', openai: 'rate_limit_error', gemini: 'RESOURCE_EXHAUSTED' },
  502: { anthropic: 'api_error', openai: 'server_error', gemini: 'UNAVAILABLE' },
  503: { anthropic: 'overloaded_error', openai: 'server_error', gemini: 'UNAVAILABLE' },
  504: { anthropic: 'timeout_error', openai: 'server_error', gemini: 'DEADLINE_EXCEEDED' },
}

const OTHER: Readonly<Record<Vendor, string>> = {
  anthropic: 'api_error',
  openai: 'server_error',
  gemini: 'INTERNAL',
}

const BAD_REQUEST: Readonly<Record<Vendor, string>> = {
  anthropic: 'invalid_request_error',
  openai: 'invalid_request_error',
  gemini: 'INVALID_ARGUMENT',
}

function nameOf(status: number): Readonly<Record<Vendor, string>> {
  return NAMES[status] ?? (status < 500 ? BAD_REQUEST : OTHER)
}
