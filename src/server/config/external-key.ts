import {
  duration,
  oneOf,
  optional,
  type Partially,
  record,
  required,
  type Spot,
  withDefault,
  worded,
} from '../../governing/documents/index.ts'
import { isKeyFor, type KeyUse } from '../../recording/ledger/index.ts'
import { upstreamUrl } from './addresses.ts'
import { type ReadSecret, secret } from './secret.ts'

/** A key behind a service that signs over HTTP. */
export function externalKey(readSecret: ReadSecret) {
  return record(
    {
      use: required(oneOf(['log', 'statements'])),
      // The bytes to sign are posted there.
      url: required(upstreamUrl()),
      publicKey: required(publicKey()),
      token: optional(secret(readSecret)),
      timeout: withDefault(duration({ least: '1s', most: '1m' }), { ms: 5_000 }),
    },
    checkKind,
  )
}

/** The base64 between the lines of a public key's PEM. */
function publicKey() {
  return worded('a public key in base64 (the SPKI between the lines of its PEM)', (words) => {
    const der = Buffer.from(words, 'base64')
    return der.length > 0 && der.toString('base64') === words ? words : undefined
  })
}

function checkKind(
  { use, publicKey: text }: Partially<{ use: KeyUse; publicKey: string }>,
  spot: Spot,
): void {
  if (use === undefined || text === undefined || isKeyFor(use, Buffer.from(text, 'base64'))) return
  spot.at('publicKey').complain({
    message:
      use === 'log'
        ? 'A log key must be an Ed25519 key.'
        : 'A statement key must be an ECDSA key on the curve P-256.',
  })
}
