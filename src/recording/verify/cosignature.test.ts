import { createPrivateKey, sign } from 'node:crypto'
import { expect, it } from 'vitest'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  cosignatureLine,
  cosignatureMessage,
  formatWitnessVkey,
  parseWitnessVkey,
  verifyCosignatures,
} from './cosignature.ts'
import { toHex } from './encoding.ts'
import { parseNote, parseSignatureLines, parseVkey, withSignatures } from './note.ts'

const vectors = readTlogVectors()
const TIME = 1_700_000_000
const key = parseWitnessVkey(nodeCrypto.sha256, vectors.witness_key.vkey)
if (key === undefined) throw new Error('the vector witness key does not parse')
const witness = key

const verified = (note: string) => {
  const parsed = parseNote(note)
  return parsed === undefined ? [] : verifyCosignatures(nodeCrypto, parsed, [witness])
}

function cosign(time: number, text = vectors.checkpoint_text) {
  const der = Buffer.from(`302e020100300506032b657004220420${vectors.witness_key.seed_hex}`, 'hex')
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const signature = sign(null, cosignatureMessage(text, time), privateKey)
  return cosignatureLine(witness, { time, signature })
}

it('reads and writes the witness key of the vectors, and takes it for no log key', () => {
  expect(toHex(witness.keyId)).toBe(vectors.witness_key.key_id_hex)
  expect(formatWitnessVkey(witness)).toBe(vectors.witness_key.vkey)
  expect(parseVkey(nodeCrypto.sha256, vectors.witness_key.vkey)).toBeUndefined()
  expect(parseWitnessVkey(nodeCrypto.sha256, vectors.log_key.vkey)).toBeUndefined()
})

it('cosigns byte for byte as the vectors do [REC-12]', () => {
  expect(withSignatures(vectors.checkpoint_signed, [cosign(TIME)])).toBe(vectors.checkpoint_cosigned)
})

it('verifies the cosignature of the vectors and tells its time [REC-12]', () => {
  expect(verified(vectors.checkpoint_cosigned)).toMatchObject([
    { witness: { name: witness.name }, time: TIME },
  ])
  expect(verified(vectors.checkpoint_signed)).toEqual([])
})

it('does not take a cosignature of another checkpoint or another time', () => {
  const other = vectors.checkpoint_text.replace('\n8\n', '\n9\n')
  expect(verified(withSignatures(vectors.checkpoint_signed, [cosign(TIME, other)]))).toEqual([])
  const moved = cosign(TIME)
  moved.signature[7] = (moved.signature[7] ?? 0) ^ 1
  expect(verified(withSignatures(vectors.checkpoint_signed, [moved]))).toEqual([])
})

it('is discredited by one bad line of the witness', () => {
  const bad = cosign(TIME)
  bad.signature[70] = (bad.signature[70] ?? 0) ^ 1
  expect(verified(withSignatures(vectors.checkpoint_cosigned, [bad]))).toEqual([])
})

it('takes the newest of several', () => {
  const note = withSignatures(vectors.checkpoint_cosigned, [cosign(TIME + 60), cosign(TIME - 60)])
  expect(verified(note).map(({ time }) => time)).toEqual([TIME + 60])
})

it('refuses a line of the wrong length', () => {
  const { name, keyId, signature } = cosign(TIME)
  const cut = { name, keyId, signature: signature.subarray(1) }
  expect(verified(withSignatures(vectors.checkpoint_signed, [cut]))).toEqual([])
})

it.each([
  '',
  '\n',
  'hello\n',
  '— name bm90\n\n— witness.example/w1 AAAAAAA=\n',
  '— witness.example/w1 AAAAAAA=',
])('finds no signature lines in %j', (text) => {
  expect(parseSignatureLines(text)).toBeUndefined()
})
