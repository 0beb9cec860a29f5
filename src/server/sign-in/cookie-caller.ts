import type { IncomingHttpHeaders } from 'node:http'
import { signInFailures } from './failures.ts'
import { isFromOwnPage, type OwnAddress, ownOrigin } from './origin.ts'
import { readCookie } from './session-cookie.ts'

/** A request as far as it says who calls. */
interface Calling {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who calls the API from a page: the session cookie, told as the `Authorization` header that a program would send.
 * Undefined when the request shows a credential itself, or has no session. Throws `sign-in.cross-site` for a change that
 * does not come from a page of this server.
 */
export function cookieCaller({ method, headers }: Calling, address: OwnAddress): string | undefined {
  if (headers.authorization !== undefined || headers.cookie === undefined) return undefined
  const secret = readCookie('session', headers, ownOrigin(headers, address))
  if (secret === '') return undefined
  if (READING.has(method) || isFromOwnPage(headers, address)) return `Bearer ${secret}`
  throw signInFailures.create(
    'cross-site',
    'A change that rests on a cookie must come from a page of this server.',
  )
}
