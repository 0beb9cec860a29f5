import type { LooseObject } from './loose-json.ts'

export type Vendor = 'anthropic' | 'openai' | 'gemini'

/** An error in the shape the vendor's own clients expect. */
export function errorBody(vendor: Vendor, status: number, message: string): LooseObject {
  return SHAPES[vendor](status, message)
}

const SHAPES: Readonly<Record<Vendor, (status: number, message: string) => LooseObject>> = {
  anthropic: (status, message) => ({
    type: 'error',
    error: { type: ANTHROPIC_TYPES[status] ?? 'api_error', message },
    request_id: 'req_scripted',
  }),
  openai: (status, message) => ({
    error: {
      message,
      type: status < 500 ? 'invalid_request_error' : 'server_error',
      param: null,
      code: null,
    },
  }),
  gemini: (status, message) => ({
    error: { code: status, message, status: GEMINI_STATUSES[status] ?? 'UNKNOWN' },
  }),
}

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const GEMINI_STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}
