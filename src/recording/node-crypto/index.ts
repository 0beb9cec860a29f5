import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { hmacSha256 } from '../../kernel/index.ts'
import type { VerifyCrypto } from '../verify/index.ts'

const ED25519_SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** The verifier's cryptography on Node's OpenSSL. Bad keys and signatures are `false`, never a throw. */
export const nodeCrypto: VerifyCrypto = {
  // Node takes several times as long to make a buffer of a digest by itself.
  sha256: (data) => Buffer.from(hash('sha256', data, 'binary'), 'binary'),
  hmacSha256,
  verifyEd25519: (publicKey, message, signature) =>
    publicKey.length === 32 &&
    isSigned(null, { spki: Buffer.concat([ED25519_SPKI_HEAD, publicKey]), message, signature }),
  verifyP256: (spki, message, signature) => isSigned('sha256', { spki, message, signature }),
}

interface Signed {
  readonly spki: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

function isSigned(algorithm: 'sha256' | null, { spki, message, signature }: Signed): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return isExpectedKey(key, algorithm) && verify(algorithm, message, key, signature)
  } catch {
    return false
  }
}

function isExpectedKey(key: KeyObject, algorithm: 'sha256' | null): boolean {
  if (algorithm === null) return key.asymmetricKeyType === 'ed25519'
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}
