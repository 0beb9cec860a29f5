import { nodeCrypto } from '../../node-crypto/index.ts'
import {
  formatVkey,
  type KeyEntry,
  type KeySpan,
  keyOfVkey,
  logKeySpan,
  logKeysAt,
  statementKeySpan,
  type Vkey,
} from '../../verify/index.ts'
import type { KeyUse } from './signer.ts'

/** One key as the ledger knows it. */
export interface KeyStatus extends KeySpan {
  readonly use: KeyUse
  /** Hex SHA-256 of its SPKI DER. */
  readonly keyId: string
  /** Of a log key. */
  readonly vkey?: string
  /** Of a statement key: its SPKI DER, where the ledger holds it. */
  readonly spki?: Uint8Array
  /** `retired` or `compromised`, once it is revoked. */
  readonly reason?: string
}

/** Every key of a log that began with `first`, in the order in which they came to count; log keys before statement keys. */
export function listKeys(first: Vkey, history: readonly KeyEntry[]): readonly KeyStatus[] {
  return [...logKeys(first, history), ...statementKeys(history)]
}

function logKeys(first: Vkey, history: readonly KeyEntry[]): KeyStatus[] {
  const known = new Map([[formatVkey(first), first]])
  for (const { index } of history.filter((entry) => isAdding(entry, 'log'))) {
    const trust = { crypto: nodeCrypto, pinned: [...known.values()], history }
    for (const vkey of logKeysAt(trust, index + 1)) known.set(formatVkey(vkey), vkey)
  }
  return [...known].map(([text, vkey]) => {
    const keyId = keyOfVkey(nodeCrypto.sha256, vkey)
    const span = logKeySpan(nodeCrypto.sha256, history, vkey)
    return { use: 'log', keyId, vkey: text, ...span, ...reasonOf(keyId, history) }
  })
}

function statementKeys(history: readonly KeyEntry[]): KeyStatus[] {
  const added = history.filter((entry) => isAdding(entry, 'statements'))
  return added.flatMap(({ key: keyId, index, spki }) => {
    const span = statementKeySpan(history, keyId)
    // Added twice, it counts from the first time.
    if (span === undefined || span.from !== index) return []
    return [{ use: 'statements', keyId, ...span, ...(spki && { spki }), ...reasonOf(keyId, history) }]
  })
}

function isAdding({ use, change }: KeyEntry, of: KeyUse): boolean {
  return use === of && change === 'added'
}

function reasonOf(keyId: string, history: readonly KeyEntry[]): { readonly reason?: string } {
  const reason = history.find(({ key, change }) => key === keyId && change === 'revoked')?.reason
  return reason === undefined ? {} : { reason }
}
