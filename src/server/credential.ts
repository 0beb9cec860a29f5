import type { IncomingHttpHeaders } from 'node:http'

/** The secret a request to the API shows: `Authorization: Bearer …`. Empty when there is none. */
export function credentialOf(headers: IncomingHttpHeaders): string {
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}
