import {
  type Complaint,
  type Field,
  flag,
  optional,
  record,
  required,
  text,
  withDefault,
  worded,
} from '../../governing/documents/index.ts'
import { isLoopback, upstreamUrl } from './addresses.ts'
import { environmentSecret, type ReadSecret, secret } from './secret.ts'

/** How persons sign in. */
export const identityFields = (readSecret: ReadSecret) => ({
  passwords: withDefault(flag(), true),
  oidc: optional(
    record({
      issuer: required(upstreamUrl()),
      clientId: required(text()),
      clientSecret: withDefault(
        secret(readSecret),
        environmentSecret('CUSTODY_OIDC_CLIENT_SECRET', readSecret),
      ),
      // What the button says.
      name: withDefault(text(), 'single sign-on'),
      // Somebody the provider vouches for and nobody here knows becomes a person, without any role.
      addUnknown: withDefault(flag(), false),
    }),
  ),
})

/** The address of this server: an origin, since its paths are fixed. */
export function publicUrl(): Field<string> {
  return worded(
    'an https address without a path, such as https://custody.example.com',
    parseOrigin,
    explainOrigin,
  )
}

function parseOrigin(words: string): string | undefined {
  const url = URL.parse(words)
  if (url === null || explainOrigin(words) !== undefined) return undefined
  return url.origin
}

function explainOrigin(words: string): Complaint | undefined {
  const url = URL.parse(words)
  if (url === null) return undefined
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  const isPlain = url.href === `${url.origin}/`
  if (isSafe && isPlain) return undefined
  return {
    message: 'publicUrl must be an https address without a path, such as https://custody.example.com.',
  }
}
