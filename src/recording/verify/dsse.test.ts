import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { formatEnvelope, parseEnvelope, preAuthEncoding, verifyEnvelope } from './dsse.ts'
import { utf8 } from './encoding.ts'

const payloadType = 'application/vnd.in-toto+json'
const payload = utf8('{"π":"a statement whose base64 has + and /  ??>>"}')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed25519 = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

function spki(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' })
}

function signedBy(...keys: readonly KeyObject[]): string {
  const message = preAuthEncoding(payloadType, payload)
  const signatures = keys.map((key) => ({
    keyid: 'a hint',
    sig: sign(key.asymmetricKeyType === 'ec' ? 'sha256' : null, message, key),
  }))
  return formatEnvelope({ payloadType, payload, signatures })
}

function signers(text: string, keys: readonly KeyObject[]): number {
  const envelope = parseEnvelope(text)
  return envelope === undefined ? -1 : verifyEnvelope(nodeCrypto, envelope, keys.map(spki)).length
}

describe('a DSSE envelope', () => {
  it('signs the known pre-authentication encoding', () => {
    const { type, body, pae } = readTlogVectors().dsse_pae
    expect(new TextDecoder().decode(preAuthEncoding(type, utf8(body)))).toBe(pae)
  })

  it('counts lengths in bytes, not characters', () => {
    expect(new TextDecoder().decode(preAuthEncoding('π', utf8('é')))).toBe('DSSEv1 2 π 2 é')
  })

  it('verifies with the key that signed, P-256 or Ed25519', () => {
    expect(signers(signedBy(p256.privateKey), [p256.publicKey])).toBe(1)
    expect(signers(signedBy(ed25519.privateKey), [ed25519.publicKey])).toBe(1)
    expect(signers(signedBy(p256.privateKey), [stranger.publicKey])).toBe(0)
  })

  it('counts distinct keys, however often they signed or are listed', () => {
    const twice = signedBy(p256.privateKey, p256.privateKey, stranger.privateKey)
    expect(signers(twice, [p256.publicKey, p256.publicKey])).toBe(1)
    expect(signers(signedBy(p256.privateKey, ed25519.privateKey), [p256.publicKey, ed25519.publicKey])).toBe(
      2,
    )
  })

  it('is read in the URL-safe alphabet without padding as well', () => {
    const text = signedBy(p256.privateKey).replace(/"(payload|sig)":"([^"]*)"/g, (_, name, value) => {
      return `"${name}":"${String(value).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}"`
    })
    expect(signers(text, [p256.publicKey])).toBe(1)
  })

  it('is not verified under another payload type', () => {
    const text = signedBy(p256.privateKey).replace(payloadType, 'application/json')
    expect(signers(text, [p256.publicKey])).toBe(0)
  })

  it.each([
    '',
    'null',
    '[]',
    '{"payloadType":"t","payload":"","signatures":[]}',
    '{"payloadType":"t","payload":"*","signatures":[{"sig":""}]}',
    '{"payloadType":"t","payload":"","signatures":[{"sig":7}]}',
    '{"payloadType":"t","payload":"","signatures":[null]}',
  ])('is malformed as %s', (text) => {
    expect(parseEnvelope(text)).toBeUndefined()
  })
})
