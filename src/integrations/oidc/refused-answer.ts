import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import type { RefusedAnswer } from '../../governing/identity/provider/index.ts'
import { oidcFailures } from './failures.ts'

/** What an error while a provider's answer was checked means; throws `oidc.provider-unavailable` where nothing was said. */
export function refusalOf(error: unknown): RefusedAnswer {
  if (error instanceof AuthorizationResponseError) return 'denied'
  // The code is unknown to the provider: spent, forged, or of another verifier.
  if (error instanceof ResponseBodyError && error.error === 'invalid_grant') return 'not-ours'
  if (error instanceof ClientError && UNTRUSTED.has(error.code ?? ''))
    return isOfState(error) ? 'not-ours' : 'untrusted'
  const message = 'The identity provider does not answer as it should; try again in a moment.'
  throw oidcFailures.create('provider-unavailable', message, { cause: nameOf(error) })
}

/** Codes of oauth4webapi for an answer that came and is wrong. */
const UNTRUSTED = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
  'OAUTH_PARSE_ERROR',
])

function isOfState({ cause }: ClientError): boolean {
  return cause instanceof Error && cause.message.includes('"state"')
}

/** Only what kind it was: what it says can quote what was sent. */
function nameOf(error: unknown): string {
  const { name = 'Error', code = '' } = error as { name?: string; code?: string }
  return `${name} ${code}`.trim()
}
