import type { IncomingHttpHeaders } from 'node:http'
import type { CookieSerializeOptions } from '@fastify/cookie'

/** A cookie to set, or without a value to take away. */
export interface CookieChange {
  readonly name: string
  readonly value?: string
  readonly options: CookieSerializeOptions
}

type CookieUse = 'session' | 'sign-in'

/**
 * What a cookie is called: with encryption `__Host-…`, which browsers take from this host alone and only when it is
 * Secure. Plain HTTP is for loopback, where not every browser sends such a cookie back.
 */
function cookieName(use: CookieUse, origin: string): string {
  return origin.startsWith('https:') ? `__Host-custody-${use}` : `custody-${use}`
}

export function setCookie(use: CookieUse, value: string, place: CookiePlace): CookieChange {
  const options = { ...optionsFor(place.origin), maxAge: Math.floor(place.lifetimeMs / 1000) }
  return { name: cookieName(use, place.origin), value, options }
}

export function dropCookie(use: CookieUse, origin: string): CookieChange {
  return { name: cookieName(use, origin), options: optionsFor(origin) }
}

/** What a request brings; empty when there is none. */
export function readCookie(use: CookieUse, { cookie }: IncomingHttpHeaders, origin: string): string {
  const name = `${cookieName(use, origin)}=`
  const found = cookie?.split(';').find((one) => one.trimStart().startsWith(name))
  return found?.trim().slice(name.length) ?? ''
}

interface CookiePlace {
  readonly origin: string
  readonly lifetimeMs: number
}

function optionsFor(origin: string): CookieSerializeOptions {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:') }
}
