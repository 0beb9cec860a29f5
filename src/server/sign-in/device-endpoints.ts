import { isFailure } from '../../kernel/index.ts'
import type { Decision, PollAnswer } from './device-requests.ts'
import type { Outcome, SignInRoute, Visit } from './visit.ts'

const CLIENT = 'custody-cli'
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const CLI_SESSION = { kind: 'cli', lifetimeMs: 30 * 24 * 3_600_000 } as const

/** Device authorisation (RFC 8628) for `custody login`, and revocation (RFC 7009) for `custody logout`. */
export const deviceEndpoints: readonly SignInRoute[] = [
  {
    method: 'POST',
    path: '/oauth/device_authorization',
    for: 'program',
    summary: 'Codes for a command line that wants to be signed in',
    handle: begin,
  },
  {
    method: 'POST',
    path: '/oauth/token',
    for: 'program',
    summary: 'A session for the command line, once a person has allowed it',
    handle: poll,
  },
  {
    method: 'POST',
    path: '/oauth/revoke',
    for: 'program',
    summary: 'End the session a secret belongs to',
    handle: revoke,
  },
]

async function begin({ devices, form, origin, source }: Visit): Promise<Outcome> {
  if (form.get('client_id') !== CLIENT) return refuse('invalid_client', 401)
  const started = devices.begin({ device: deviceName(form.get('device_name') ?? ''), source })
  if (started === undefined) return refuse('temporarily_unavailable', 503)
  const { deviceCode, userCode, lifetimeMs, intervalMs } = started
  return {
    json: {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${origin}/device`,
      verification_uri_complete: `${origin}/device?code=${userCode}`,
      expires_in: lifetimeMs / 1000,
      interval: intervalMs / 1000,
    },
  }
}

/** Its own word, so it is cut and cleaned. */
function deviceName(given: string): string {
  return (
    given
      .replaceAll(/[^\p{L}\p{N} ._@:/()-]/gu, '')
      .slice(0, 80)
      .trim() || 'a command line'
  )
}

async function poll(visit: Visit): Promise<Outcome> {
  const { devices, form } = visit
  if (form.get('grant_type') !== DEVICE_GRANT) return refuse('unsupported_grant_type')
  if (form.get('client_id') !== CLIENT) return refuse('invalid_client', 401)
  const answer = devices.poll(form.get('device_code') ?? '')
  return answer.state === 'approved' ? startSession(visit, answer) : refuse(ERRORS[answer.state])
}

const ERRORS: Readonly<Record<Exclude<PollAnswer['state'], 'approved'>, string>> = {
  pending: 'authorization_pending',
  'slow-down': 'slow_down',
  expired: 'expired_token',
  denied: 'access_denied',
  unknown: 'invalid_grant',
}

async function startSession(
  { services }: Visit,
  { person }: Extract<Decision, { readonly state: 'approved' }>,
): Promise<Outcome> {
  try {
    const { token } = await services.identity.sessions.start(person, CLI_SESSION)
    return { json: { access_token: token, token_type: 'Bearer', expires_in: CLI_SESSION.lifetimeMs / 1000 } }
  } catch (error) {
    // Deactivated between the decision and now.
    if (isFailure(error, 'identity.person-inactive')) return refuse('access_denied')
    throw error
  }
}

/** Whoever has the secret may end it; whether there was one is not told. */
async function revoke({ services, form }: Visit): Promise<Outcome> {
  const { sessions } = services.identity
  const live = await sessions.check(form.get('token') ?? '')
  if (live !== undefined) await sessions.end(live.session.id, live.person.id)
  return { json: {} }
}

function refuse(error: string, status = 400): Outcome {
  return { status, json: { error } }
}
