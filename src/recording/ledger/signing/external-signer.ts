import { boundedPost, sha256Hex } from '../../../kernel/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { ledgerFailures } from '../failures.ts'
import type { KeyUse, Signer } from './signer.ts'

/** A key behind a key service that signs over HTTP. */
export interface ExternalKey {
  /** What the configuration calls it. */
  readonly name: string
  readonly use: KeyUse
  /** The bytes to sign are posted here; the answer is the signature and nothing else. */
  readonly url: string
  readonly spkiDer: Uint8Array
  readonly timeoutMs: number
  /** What the service asks for as bearer; read at each call and kept nowhere. */
  readonly token?: () => string | undefined
}

export interface ExternalSigner extends Signer {
  readonly name: string
  readonly use: KeyUse
}

const MAX_SIGNATURE_BYTES = 512
const ED25519_SPKI_HEAD_BYTES = 12

/** A signer that believes its service only what the configured public key verifies. */
export function externalSigner(key: ExternalKey): ExternalSigner {
  const { name, use, url, spkiDer, timeoutMs } = key
  return {
    ...{ name, use, spkiDer, keyId: sha256Hex(spkiDer) },
    async sign(bytes) {
      const token = key.token?.()
      const answer = await boundedPost(url, {
        body: bytes,
        headers: {
          'content-type': 'application/octet-stream',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        timeoutMs,
        maxBytes: MAX_SIGNATURE_BYTES,
      })
      if (!answer.ok) throw unavailable(name, SILENCES[answer.reason])
      if (answer.status !== 200) throw unavailable(name, `it answered ${answer.status}`)
      if (isGood(key, bytes, answer.body)) return answer.body
      throw unavailable(name, 'it answered something that is no signature of its public key')
    },
  }
}

/** Whether a public key is of the kind that its use asks for. */
export function isKeyFor(use: KeyUse, spkiDer: Uint8Array): boolean {
  const isEd25519 = Buffer.from(spkiDer).toString('hex').startsWith('302a300506032b6570032100')
  return use === 'log' ? isEd25519 && spkiDer.length === 44 : isP256(spkiDer)
}

/** SEQUENCE { ecPublicKey, prime256v1 }, BIT STRING of an uncompressed point. */
function isP256(spkiDer: Uint8Array): boolean {
  const head = '3059301306072a8648ce3d020106082a8648ce3d03010703420004'
  return spkiDer.length === 91 && Buffer.from(spkiDer).toString('hex').startsWith(head)
}

function isGood({ use, spkiDer }: ExternalKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return use === 'log'
    ? nodeCrypto.verifyEd25519(spkiDer.subarray(ED25519_SPKI_HEAD_BYTES), bytes, signature)
    : nodeCrypto.verifyP256(spkiDer, bytes, signature)
}

const SILENCES = {
  unreachable: 'it cannot be reached',
  'timed-out': 'it does not answer in time',
  'too-large': 'its answer is larger than a signature',
} as const

function unavailable(name: string, reason: string) {
  return ledgerFailures.create(
    'signer-unavailable',
    `The key service ${name} gives no signature: ${reason}. Recording goes on; what is to be signed waits for it.`,
  )
}
