import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../kernel/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  countsAtEntry,
  endorsementMessage,
  type KeyEntry,
  keyOfVkey,
  logKeysAt,
  readKeyEntry,
  statementKeySpan,
} from './key-history.ts'
import { ed25519KeyId, formatVkey, type Vkey } from './note.ts'

interface TestKey {
  readonly vkey: Vkey
  readonly privateKey: KeyObject
}

function newKey(name = 'log.example'): TestKey {
  const { publicKey: open, privateKey } = generateKeyPairSync('ed25519')
  const publicKey = new Uint8Array(open.export({ format: 'der', type: 'spki' }).subarray(-32))
  return {
    vkey: { name, publicKey, keyId: ed25519KeyId(nodeCrypto.sha256, { name, publicKey }) },
    privateKey,
  }
}

const idOf = ({ vkey }: TestKey) => keyOfVkey(nodeCrypto.sha256, vkey)
const [first, second, third] = [newKey(), newKey(), newKey()]

function added(index: number, key: TestKey, by: TestKey): KeyEntry {
  const vkey = formatVkey(key.vkey)
  const endorsement = sign(null, endorsementMessage(vkey), by.privateKey)
  return { index, change: 'added', use: 'log', key: idOf(key), vkey, endorsement }
}

function revoked(index: number, key: TestKey): KeyEntry {
  return { index, change: 'revoked', use: 'log', key: idOf(key), reason: 'retired' }
}

function namesAt(size: number, history: readonly KeyEntry[], pinned: readonly TestKey[] = [first]): string[] {
  const all = new Map([first, second, third].map((key, i) => [formatVkey(key.vkey), String(i + 1)]))
  const trust = { crypto: nodeCrypto, pinned: pinned.map(({ vkey }) => vkey), history }
  return logKeysAt(trust, size).map((vkey) => all.get(formatVkey(vkey)) ?? '?')
}

describe('the keys of a log', () => {
  const history = [
    added(10, second, first),
    revoked(20, first),
    added(30, third, second),
    revoked(40, second),
  ]

  it.each([
    [0, ['1']],
    [10, ['1']],
    [11, ['1', '2']],
    [20, ['1', '2']],
    [21, ['2']],
    [31, ['2', '3']],
    [40, ['2', '3']],
    [41, ['3']],
  ])('over %i entries are those added among them and not revoked among them', (size, names) => {
    expect(namesAt(size, history)).toEqual(names)
  })

  it('follow from any key that is trusted, forward only', () => {
    expect(namesAt(41, history, [second])).toEqual(['3'])
    expect(namesAt(15, history, [second])).toEqual(['2'])
    expect(namesAt(15, history, [third])).toEqual([])
    expect(namesAt(41, history, [third])).toEqual(['3'])
  })

  it('are not those that nobody trusted has handed over to', () => {
    expect(namesAt(50, [added(10, second, third)])).toEqual(['1'])
    const { endorsement: _, ...unsigned } = added(10, second, first)
    expect(namesAt(50, [unsigned])).toEqual(['1'])
  })

  it('are not those that a key has handed over to after it was revoked', () => {
    expect(namesAt(50, [revoked(5, first), added(10, second, first)])).toEqual([])
  })

  it('are not those of another log, or under the digest of another key', () => {
    const stranger = newKey('other.example')
    expect(namesAt(50, [added(10, stranger, first)])).toEqual(['1'])
    expect(namesAt(50, [{ ...added(10, second, first), key: idOf(third) }])).toEqual(['1'])
  })
})

describe('a statement key', () => {
  const key = 'a'.repeat(64)
  const history: readonly KeyEntry[] = [
    { index: 3, change: 'added', use: 'statements', key },
    { index: 9, change: 'revoked', use: 'statements', key, reason: 'compromised' },
  ]

  it('counts between its adding and its revoking', () => {
    const span = statementKeySpan(history, key) ?? { from: 0, until: 0 }
    expect([2, 3, 4, 8, 9, 10].map((index) => countsAtEntry(span, index))).toEqual([
      ...[false, false, true, true, false, false],
    ])
  })

  it('does not count when it was never added, and never again once it was revoked', () => {
    expect(statementKeySpan(history, 'b'.repeat(64))).toBeUndefined()
    const again = [...history, { index: 12, change: 'added', use: 'statements', key } as const]
    expect(statementKeySpan(again, key)).toEqual({ from: 3, until: 9 })
  })
})

describe('an entry about a key', () => {
  const event = {
    ...{ v: 1, id: 'evt_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J', kind: 'key.revoked', at: '2026-11-21T12:00:00.000Z' },
    ...{
      actor: 'system',
      node: 'n1',
      data: { publicKeySha256: 'c'.repeat(64), use: 'log', reason: 'retired' },
    },
  }

  it('is read as it stands', () => {
    expect(readKeyEntry(7, Buffer.from(canonicalJson(event)))).toEqual({
      ...{ index: 7, change: 'revoked', use: 'log', key: 'c'.repeat(64), reason: 'retired' },
    })
  })

  it.each([
    ['another kind', canonicalJson({ ...event, kind: 'key.used' })],
    ['no key', canonicalJson({ ...event, data: {} })],
    ['a spelling that is not canonical', JSON.stringify(event)],
    ['no JSON', '"kind":"key.added"'],
    ['nothing', ''],
  ])('is not read from %s', (_, text) => {
    expect(readKeyEntry(7, Buffer.from(text))).toBeUndefined()
  })
})
