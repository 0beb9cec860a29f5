import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '../config/index.ts'
import { signInFailures } from './failures.ts'

/** How this server is reached by browsers. */
export interface OwnAddress {
  /** `https://custody.example.com`; without it only loopback addresses are known to be its own. */
  readonly publicUrl?: string
}

/**
 * The origin this server has for the browser that asks. The name in a request is whatever its sender likes, so it counts
 * on loopback only. Throws `sign-in.address-unknown`.
 */
export function ownOrigin({ host }: IncomingHttpHeaders, { publicUrl }: OwnAddress): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin
  const url = host === undefined ? null : URL.parse(`http://${host}`)
  if (url !== null && isLoopback(url.hostname)) return url.origin
  const message =
    'This server does not know this name as its own; set publicUrl in custody.yaml to its address.'
  throw signInFailures.create('address-unknown', message)
}

/**
 * Whether a page of this server sent the request, as far as the browser says. One that says nothing is not believed:
 * cookies come along by themselves, and every browser that keeps them says at least one of the two.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders, address: OwnAddress): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin !== undefined && headers.origin === ownOrigin(headers, address)
}
