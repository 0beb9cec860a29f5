import { type Envelope, formatEnvelope } from './dsse.ts'
import { toBase64 } from './encoding.ts'

/** A logged statement with everything a verifier needs to see that it was logged. */
export interface LoggedStatement {
  readonly envelope: Envelope
  /** The bytes of `attestationEntry`. */
  readonly entry: Uint8Array
  readonly index: number
  readonly proof: readonly Uint8Array[]
  readonly size: number
  readonly root: Uint8Array
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
  /** All 32 bytes of `logId`. */
  readonly logId: Uint8Array
}

/** The Sigstore bundle v0.3 of a logged statement, so that Sigstore's own verifiers can judge it. */
export function sigstoreBundle(logged: LoggedStatement): string {
  return `${JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: logged.envelope.signatures[0]?.keyid ?? '' },
      tlogEntries: [tlogEntry(logged)],
      timestampVerificationData: {},
    },
    dsseEnvelope: JSON.parse(formatEnvelope(logged.envelope)) as unknown,
  })}\n`
}

function tlogEntry({ entry, index, proof, size, root, checkpoint, logId }: LoggedStatement) {
  return {
    // 64-bit numbers travel as strings in this format.
    logIndex: String(index),
    logId: { keyId: toBase64(logId) },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionProof: {
      logIndex: String(index),
      rootHash: toBase64(root),
      treeSize: String(size),
      hashes: proof.map(toBase64),
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: toBase64(entry),
  }
}
