import type { VerifyCrypto } from './crypto.ts'
import { type Envelope, preAuthEncoding } from './dsse.ts'
import { toBase64, utf8 } from './encoding.ts'
import { isEd25519 } from './spki.ts'

/**
 * The log entry of a signed statement in the form Rekor v2 stores (`hashedrekord` 0.0.2, digest of the DSSE
 * pre-authentication encoding): it shows that the statement was logged and holds nothing of it. Takes the envelope's
 * first signature and the key that made it.
 */
export function attestationEntry(
  sha256: VerifyCrypto['sha256'],
  envelope: Envelope,
  spki: Uint8Array,
): Uint8Array {
  const digest = sha256(preAuthEncoding(envelope.payloadType, envelope.payload))
  const sig = envelope.signatures[0]?.sig ?? new Uint8Array()
  const keyDetails = isEd25519(spki) ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256'
  // Members stand in canonical order, so this is RFC 8785 text.
  const body = {
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest: toBase64(digest) },
        signature: {
          content: toBase64(sig),
          verifier: { keyDetails, publicKey: { rawBytes: toBase64(spki) } },
        },
      },
    },
  }
  return utf8(JSON.stringify(body))
}
