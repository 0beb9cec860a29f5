import { type JsonObject, objectAt, parseEvent, stringAt } from '../record/index.ts'
import { isCanonical } from './canonical.ts'
import type { VerifyCrypto } from './crypto.ts'
import { fromBase64, fromUtf8, toHex, utf8 } from './encoding.ts'
import { formatVkey, parseVkey, type Vkey } from './note.ts'
import { ed25519Spki } from './spki.ts'

/** What one entry of the log says about a key. */
export interface KeyEntry {
  /** Of the entry in the log. */
  readonly index: number
  readonly change: 'added' | 'revoked'
  readonly use: 'log' | 'statements'
  /** Hex SHA-256 of the key's SPKI DER. */
  readonly key: string
  /** Of an added log key: its vkey, and an older log key's word for it. */
  readonly vkey?: string
  readonly endorsement?: Uint8Array
  /** Of an added statement key: its SPKI DER, where the entry holds it. */
  readonly spki?: Uint8Array
  /** Of a revoked key: `retired` or `compromised`. */
  readonly reason?: string
}

/** Where in the log a key counts: after the entry `from` and before the entry `until`. */
export interface KeySpan {
  /** -1 for the key the log began with. */
  readonly from: number
  /** Infinity while nobody has revoked it. */
  readonly until: number
}

/** What the entry at `index` says about a key; undefined when it is no entry about one. */
export function readKeyEntry(index: number, entry: Uint8Array): KeyEntry | undefined {
  const text = mayBeAboutKey(entry) ? (fromUtf8(entry) ?? '') : ''
  const event = text !== '' && isCanonical(text) ? parseEvent(text) : undefined
  const change = CHANGES[event?.kind ?? '']
  const data: JsonObject | undefined = objectAt({ ...event }, 'data')
  const key = stringAt(data, 'publicKeySha256')
  if (change === undefined || key === undefined) return undefined
  return {
    ...{ index, change, key, use: stringAt(data, 'use') === 'log' ? 'log' : 'statements' },
    ...present('vkey', stringAt(data, 'vkey')),
    ...present('endorsement', fromBase64(stringAt(data, 'endorsement') ?? '?')),
    ...present('spki', fromBase64(stringAt(data, 'publicKey') ?? '?')),
    ...present('reason', stringAt(data, 'reason')),
  }
}

/** Where a statement key counts; undefined when the history never adds it. */
export function statementKeySpan(history: readonly KeyEntry[], key: string): KeySpan | undefined {
  const added = history.find((entry) => isOf(entry, 'statements', key) && entry.change === 'added')
  return added && { from: added.index, until: revokedAt(history, added) }
}

/** Where a log key counts; one that the history does not add is a key the log began with. */
export function logKeySpan(
  sha256: VerifyCrypto['sha256'],
  history: readonly KeyEntry[],
  vkey: Vkey,
): KeySpan {
  const key = keyOfVkey(sha256, vkey)
  const added = history.find((entry) => isOf(entry, 'log', key) && entry.change === 'added')
  return { from: added?.index ?? -1, until: revokedAt(history, { use: 'log', key }) }
}

/** Whether a key of this span may sign a statement whose entry has this index. */
export function countsAtEntry({ from, until }: KeySpan, index: number): boolean {
  return from < index && index < until
}

/** Whether a key of this span may sign a checkpoint over so many entries: one that covers its adding, not its revoking. */
export function countsAtSize({ from, until }: KeySpan, size: number): boolean {
  return from < size && size <= until
}

export interface LogKeyTrust {
  readonly crypto: Pick<VerifyCrypto, 'sha256' | 'verifyEd25519'>
  /** Log keys you trust from elsewhere. */
  readonly pinned: readonly Vkey[]
  /** In the order of the log. */
  readonly history: readonly KeyEntry[]
}

/**
 * The log keys whose signature counts on a checkpoint over `size` entries: those you trust, and those that a trusted key
 * has handed over to while it counted itself. None of them beyond its revocation.
 */
export function logKeysAt({ crypto, pinned, history }: LogKeyTrust, size: number): readonly Vkey[] {
  const trusted = [...pinned]
  for (const entry of history) {
    const vkey = entry.index < size ? addedLogKey(crypto.sha256, entry) : undefined
    if (vkey === undefined || trusted.some((known) => formatVkey(known) === entry.vkey)) continue
    const isEndorsed = trusted.some(
      (elder) =>
        elder.name === vkey.name &&
        countsAtEntry(logKeySpan(crypto.sha256, history, elder), entry.index) &&
        crypto.verifyEd25519(
          elder.publicKey,
          endorsementMessage(entry.vkey ?? ''),
          entry.endorsement ?? EMPTY,
        ),
    )
    if (isEndorsed) trusted.push(vkey)
  }
  return trusted.filter((vkey) => countsAtSize(logKeySpan(crypto.sha256, history, vkey), size))
}

/** What an older log key signs to hand over to a new one. No checkpoint and no cosignature looks like it. */
export function endorsementMessage(vkeyText: string): Uint8Array {
  return utf8(`custody/log-key/v1\n${vkeyText}\n`)
}

/** Hex SHA-256 of a log key's SPKI DER: how entries name it. */
export function keyOfVkey(sha256: VerifyCrypto['sha256'], { publicKey }: Vkey): string {
  return toHex(sha256(ed25519Spki(publicKey)))
}

const CHANGES: Readonly<Record<string, KeyEntry['change']>> = {
  'key.added': 'added',
  'key.revoked': 'revoked',
}
const EMPTY = new Uint8Array()
const KIND = utf8('"kind":"key.')
/** From the kind of an event without a run to its end: no node has a longer name. */
const TAIL_BYTES = 320

/** Quick, since a log has few keys and many entries: in an event without a run and parts the kind stands near the end. */
function mayBeAboutKey(entry: Uint8Array): boolean {
  const first = Math.max(0, entry.length - TAIL_BYTES)
  for (let at = entry.length - KIND.length; at >= first; at--) {
    if (entry[at] === KIND[0] && KIND.every((byte, i) => entry[at + i] === byte)) return true
  }
  return false
}

function addedLogKey(sha256: VerifyCrypto['sha256'], entry: KeyEntry): Vkey | undefined {
  if (entry.change !== 'added' || entry.use !== 'log') return undefined
  const vkey = parseVkey(sha256, entry.vkey ?? '')
  return vkey !== undefined && keyOfVkey(sha256, vkey) === entry.key ? vkey : undefined
}

function revokedAt(history: readonly KeyEntry[], { use, key }: Pick<KeyEntry, 'use' | 'key'>): number {
  const entry = history.find((one) => isOf(one, use, key) && one.change === 'revoked')
  return entry?.index ?? Number.POSITIVE_INFINITY
}

function isOf(entry: KeyEntry, use: KeyEntry['use'], key: string): boolean {
  return entry.use === use && entry.key === key
}

function present<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value }
}
