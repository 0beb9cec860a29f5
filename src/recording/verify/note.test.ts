import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { checkpointText, parseCheckpoint } from './checkpoint.ts'
import { fromHex, toHex, utf8 } from './encoding.ts'
import { createMerkle } from './merkle.ts'
import { ed25519KeyId, formatVkey, parseNote, parseVkey, signedNote, type Vkey, verifyNote } from './note.ts'
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts'

const vectors = readTlogVectors()

function vkeyOf(text: string): Vkey {
  const vkey = parseVkey(nodeCrypto.sha256, text)
  if (vkey === undefined) throw new Error('the vector vkey does not parse')
  return vkey
}

const logKey = vkeyOf(vectors.log_key.vkey)

function signWith(seedHex: string, text: string): Uint8Array {
  const der = Buffer.from(`302e020100300506032b657004220420${seedHex}`, 'hex')
  return sign(null, utf8(text), createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

function verified(note: string, vkeys: readonly Vkey[] = [logKey]): number {
  const parsed = parseNote(note)
  return parsed === undefined ? -1 : verifyNote(nodeCrypto, parsed, vkeys).length
}

describe('a vkey', () => {
  it('has the key id of its name and key', () => {
    expect(toHex(logKey.keyId)).toBe(vectors.log_key.key_id_hex)
    expect(toHex(logKey.publicKey)).toBe(vectors.log_key.pub_hex)
    expect(toHex(ed25519KeyId(nodeCrypto.sha256, logKey))).toBe(vectors.log_key.key_id_hex)
    expect(formatVkey(logKey)).toBe(vectors.log_key.vkey)
  })

  it.each([
    ['another key id', vectors.log_key.vkey.replace('d41281ce', 'd41281cf')],
    ['another name', vectors.log_key.vkey.replace('ledger', 'lodger')],
    ['a type that is not Ed25519', vectors.witness_key.vkey],
    ['a key that is cut', vectors.log_key.vkey.slice(0, -4)],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseVkey(nodeCrypto.sha256, text)).toBeUndefined()
  })
})

describe('a signed note', () => {
  it('comes out byte for byte as the known one', () => {
    const signature = signWith(vectors.log_key.seed_hex, vectors.checkpoint_text)
    const note = signedNote(vectors.checkpoint_text, [{ name: logKey.name, keyId: logKey.keyId, signature }])
    expect(note).toBe(vectors.checkpoint_signed)
  })

  it('verifies, also with lines of keys it does not know', () => {
    expect(verified(vectors.checkpoint_signed)).toBe(1)
    expect(verified(vectors.checkpoint_cosigned)).toBe(1)
  })

  it('is not verified by a stranger', () => {
    const publicKey = fromHex(vectors.witness_key.pub_hex) ?? new Uint8Array()
    const keyId = ed25519KeyId(nodeCrypto.sha256, { name: logKey.name, publicKey })
    expect(verified(vectors.checkpoint_signed, [{ name: logKey.name, keyId, publicKey }])).toBe(0)
  })

  it('is discredited by one bad line of a known key', () => {
    const good = signWith(vectors.log_key.seed_hex, vectors.checkpoint_text)
    const line = { name: logKey.name, keyId: logKey.keyId }
    const bad = good.map((byte, i) => (i === 40 ? byte ^ 4 : byte))
    const note = signedNote(vectors.checkpoint_text, [
      { ...line, signature: good },
      { ...line, signature: bad },
    ])
    expect(verified(note)).toBe(0)
  })

  it('is never accepted with any one bit changed', () => {
    const bytes = utf8(vectors.checkpoint_signed)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
      expect(verified(new TextDecoder().decode(altered))).toBeLessThan(1)
    }
  })

  it.each([
    ['no blank line', 'text\n'],
    ['no signature', 'text\n\n'],
    ['a control character', vectors.checkpoint_signed.replace('8\n', '8\t\n')],
    ['no newline at its end', vectors.checkpoint_signed.slice(0, -1)],
    ['a hyphen for the dash', vectors.checkpoint_signed.replace('—', '-')],
    ['a signature shorter than a key id', 'text\n\n— name AAAA\n'],
    ['101 signatures', `text\n\n${'— name AAAAAAAA\n'.repeat(101)}`],
  ])('is malformed with %s', (_, note) => {
    expect(parseNote(note)).toBeUndefined()
  })
})

describe('a checkpoint', () => {
  it('is read and written as the known one', () => {
    const checkpoint = parseCheckpoint(vectors.checkpoint_text)
    expect(checkpoint).toMatchObject({ origin: 'ledger.example/v1', size: 8 })
    expect(checkpoint && checkpointText(checkpoint)).toBe(vectors.checkpoint_text)
  })

  it.each([
    ['a leading zero', vectors.checkpoint_text.replace('\n8\n', '\n08\n')],
    ['a size past what is safe', vectors.checkpoint_text.replace('\n8\n', '\n9007199254740993\n')],
    ['a short root', 'o\n8\nAAAA\n'],
    ['an empty origin', vectors.checkpoint_text.replace('ledger.example/v1', '')],
    ['two lines', 'o\n8\n'],
    ['an empty extension line', `${vectors.checkpoint_text}\nx\n`],
  ])('is malformed with %s', (_, text) => {
    expect(parseCheckpoint(text)).toBeUndefined()
  })
})

describe('a tlog-proof file', () => {
  it('is read, proves its leaf and is written as the known one', () => {
    const proof = parseTlogProof(vectors.tlog_proof_index5)
    const note = parseNote(proof?.checkpoint ?? '')
    const checkpoint = parseCheckpoint(note?.text ?? '')
    if (proof === undefined || checkpoint === undefined) throw new Error('the vector proof does not parse')
    const merkle = createMerkle(nodeCrypto.sha256)
    const leafHash = fromHex(vectors.leaves[5]?.leaf_hash ?? '') ?? new Uint8Array()
    expect(merkle.verifyInclusion({ ...checkpoint, index: proof.index, proof: proof.hashes, leafHash })).toBe(
      true,
    )
    expect(formatTlogProof(proof)).toBe(vectors.tlog_proof_index5)
  })

  it.each([
    ['another version', vectors.tlog_proof_index5.replace('@v1', '@v2')],
    ['no index', vectors.tlog_proof_index5.replace('index 5\n', '')],
    ['a cut hash', vectors.tlog_proof_index5.replace('hZnms=', 'hZn')],
    ['65 hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${'A'.repeat(43)}=\n`.repeat(65)}\nx\n`],
    ['nothing', ''],
  ])('is malformed with %s', (_, text) => {
    expect(parseTlogProof(text)).toBeUndefined()
  })
})
