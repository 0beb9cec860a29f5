import { hostname } from 'node:os'
import { isFailure } from '../../kernel/index.ts'
import { loginFailures } from './failures.ts'
import { postForm, unusable } from './post-form.ts'

/** What the person has to be shown. */
export interface DeviceCode {
  readonly userCode: string
  /** With the code in it. */
  readonly address: string
}

export interface DeviceLoginOptions {
  show(code: DeviceCode): void
  /** Waits between two questions. */
  wait(ms: number): Promise<unknown>
}

const CLIENT = { client_id: 'custody-cli' }

/**
 * Has a person at a browser sign this command line in (RFC 8628), and gives its session's secret. Throws `login.denied`,
 * `login.expired` or `login.server-answer`.
 */
export async function deviceLogin(server: string, { show, wait }: DeviceLoginOptions): Promise<string> {
  const begun = await begin(server)
  show(begun)
  let waitMs = begun.intervalMs
  for (let waitedMs = 0; waitedMs < begun.lifetimeMs; waitedMs += waitMs) {
    await wait(waitMs)
    const { access_token: token, error } = await ask(server, begun.deviceCode)
    if (typeof token === 'string') return token
    if (error === 'slow_down') waitMs += SLOWER_BY_MS
    else if (error !== 'authorization_pending') throw refusal(server, error)
  }
  throw refusal(server, 'expired_token')
}

const SLOWER_BY_MS = 5_000

async function begin(server: string) {
  const url = `${server}/oauth/device_authorization`
  const answer = await postForm(url, { ...CLIENT, device_name: `custody on ${hostname()}` })
  const { device_code: deviceCode, user_code: userCode, verification_uri_complete: address } = answer
  const isWhole = [deviceCode, userCode, address].every((word) => typeof word === 'string')
  if (!isWhole || URL.parse(String(address)) === null) throw unusable(server)
  return {
    deviceCode: String(deviceCode),
    userCode: String(userCode),
    address: new URL(String(address)).href,
    intervalMs: within(answer.interval, 1, 60, 5) * 1000,
    lifetimeMs: within(answer.expires_in, 10, 3600, 600) * 1000,
  }
}

/** A server that cannot be reached for a moment may be back in the next. */
async function ask(server: string, deviceCode: string): Promise<Readonly<Record<string, unknown>>> {
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: deviceCode }
  try {
    return await postForm(`${server}/oauth/token`, { ...CLIENT, ...grant })
  } catch (error) {
    if (isFailure(error, 'login.server-answer')) return { error: 'authorization_pending' }
    throw error
  }
}

function refusal(server: string, error: unknown) {
  if (error === 'access_denied') return loginFailures.create('denied', 'It was not allowed at the browser.')
  if (error === 'expired_token' || error === 'invalid_grant') {
    return loginFailures.create('expired', 'Nobody decided in time; run "custody login" again.')
  }
  return unusable(server)
}

function within(given: unknown, least: number, most: number, otherwise: number): number {
  return typeof given === 'number' && given >= least && given <= most ? given : otherwise
}
