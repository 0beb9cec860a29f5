import type { KeyEntry, NoteSignature, Vkey } from '../../verify/index.ts'

/** What a key signs: checkpoints of the log (Ed25519), or statements (ECDSA P-256, signatures in DER). */
export type KeyUse = 'log' | 'statements'

/** A key that signs without being shown, so that it may lie in a file or behind a key service. */
export interface Signer {
  /** Hex SHA-256 of the public key's SPKI DER. */
  readonly keyId: string
  readonly spkiDer: Uint8Array
  /** A good signature; rejects with `ledger.signer-unavailable` when there is none to be had now. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** Signs statements (DSSE). */
export type StatementSigner = Signer

/** Signs checkpoints with every log key that counts at their size, and nothing else. */
export interface LogSigner {
  /** The key the log began with; its name is the log's for ever. */
  readonly vkey: Vkey
  readonly vkeyText: string
  /**
   * The signature lines for a checkpoint's text over `size` entries, oldest key first. Rejects with `ledger.key-missing` when
   * a key that counts is not at hand, and with `ledger.signer-unavailable`; then nothing was signed that may be shown.
   */
  signaturesOn(text: string, size: number, history: readonly KeyEntry[]): Promise<readonly NoteSignature[]>
}

/** The algorithm of each use, as `key.added` entries name it. */
export const ALGORITHMS: Readonly<Record<KeyUse, string>> = {
  log: 'ed25519',
  statements: 'ecdsa-p256-sha256',
}
