import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { type Cosignature, formatWitnessVkey, type WitnessKey, witnessKey } from './cosignature.ts'
import { parseWitnessPolicy, type WitnessPolicy } from './witness-policy.ts'

const vectors = readTlogVectors()
const LOG = vectors.log_key.vkey

function newKey(name: string): WitnessKey {
  const spki = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })
  return witnessKey(nodeCrypto.sha256, { name, publicKey: spki.subarray(-32) })
}

const KEYS = Array.from({ length: 5 }, (_, i) => newKey(`witness.example/w${i}`))
const vkey = (i: number) => formatWitnessVkey(KEYS[i] ?? newKey('none'))
const WITNESSES = KEYS.map((_, i) => `witness w${i} ${vkey(i)}`).join('\n')

const parse = (text: string) => parseWitnessPolicy(nodeCrypto.sha256, text)

function policyOf(text: string): WitnessPolicy {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

const by = (...numbers: number[]) =>
  numbers.flatMap((i) => {
    const witness = KEYS[i]
    return witness === undefined ? [] : [{ witness } as Cosignature]
  })

describe('a policy', () => {
  it('names logs, witnesses and their addresses', () => {
    const policy = policyOf(
      `# trust\n\n  log ${LOG} https://log.example/ \n\twitness\tw0 ${vkey(0)} http://127.0.0.1:1/w\nquorum w0\n`,
    )
    expect(policy.logs).toMatchObject([{ vkey: { name: 'ledger.example/v1' }, url: 'https://log.example/' }])
    expect(policy.witnesses).toMatchObject([{ name: 'w0', url: 'http://127.0.0.1:1/w' }])
    expect(policy.demandsWitnesses).toBe(true)
  })

  it('may ask for no witness', () => {
    const policy = policyOf('quorum none')
    expect([policy.demandsWitnesses, policy.hasQuorum([])]).toEqual([false, true])
  })

  it.each([
    ['any', [[0], [1], [2]], [[], [3]]],
    [
      '2',
      [
        [0, 1],
        [1, 2],
        [0, 1, 2],
      ],
      [[0], [0, 3], [0, 0]],
    ],
    [
      'all',
      [[0, 1, 2]],
      [
        [0, 1],
        [1, 2, 3, 4],
      ],
    ],
  ])('counts %s of three', (many, enough, tooFew) => {
    const policy = policyOf(`${WITNESSES}\ngroup g ${many} w0 w1 w2\nquorum g`)
    for (const some of enough) expect(policy.hasQuorum(by(...some))).toBe(true)
    for (const some of tooFew) expect(policy.hasQuorum(by(...some))).toBe(false)
  })

  it('counts groups of groups', () => {
    const policy = policyOf(
      `${WITNESSES}\ngroup x 2 w0 w1 w2\ngroup y any w3 w4\ngroup both all x y\nquorum both`,
    )
    expect(policy.hasQuorum(by(0, 2, 4))).toBe(true)
    expect(policy.hasQuorum(by(0, 1, 2))).toBe(false)
    expect(policy.hasQuorum(by(0, 3, 4))).toBe(false)
  })

  it.each([
    ['no quorum', 'witness w0 KEY0', 1, /no quorum line/],
    ['two quorums', 'quorum none\nquorum none', 2, /quorum line already/],
    ['an unknown word', 'quorum none\nwitless w0', 2, /begins with/],
    ['a word of every object', 'quorum none\nconstructor x', 2, /begins with/],
    ['an unknown member', 'group g any w9\nquorum none', 1, /line above/],
    ['a threshold above its members', 'witness w0 KEY0\ngroup g 2 w0\nquorum g', 2, /from 1/],
    ['a threshold of nothing', 'witness w0 KEY0\ngroup g 0 w0\nquorum g', 2, /from 1/],
    ['an empty group', 'group g all\nquorum none', 1, /from 1/],
    ['a member twice', 'witness w0 KEY0\ngroup g any w0 w0\nquorum g', 2, /one group only/],
    [
      'a member of two groups',
      'witness w0 KEY0\ngroup g any w0\ngroup h any w0\nquorum g',
      3,
      /one group only/,
    ],
    ['a group of itself', 'group g any g\nquorum none', 1, /line above/],
    ['a name twice', 'witness w0 KEY0\nwitness w0 KEY1\nquorum w0', 2, /taken/],
    ['the name none', 'witness none KEY0\nquorum none', 1, /taken/],
    ['a key twice', 'witness w0 KEY0\nwitness w1 KEY0\nquorum w0', 2, /twice/],
    ['a log twice', `log ${LOG}\nlog ${LOG}\nquorum none`, 2, /twice/],
    ['a log key for a witness', `witness w0 ${LOG}\nquorum none`, 1, /vkey of a witness/],
    ['a witness key for a log', 'log KEY0\nquorum none', 1, /log VKEY/],
    ['an address that is none', 'witness w0 KEY0 file:///etc/passwd\nquorum w0', 1, /witness NAME/],
    ['too many words', 'witness w0 KEY0 http://a.example x\nquorum w0', 1, /witness NAME/],
    ['line ends of another system', 'quorum none\r\n', 1, /control character/],
  ])('is refused with %s', (_, text, line, message) => {
    const parsed = parse(text.replace('KEY0', vkey(0)).replace('KEY0', vkey(0)).replace('KEY1', vkey(1)))
    expect(parsed.ok ? undefined : parsed.problems[0]).toMatchObject({
      line,
      message: expect.stringMatching(message),
    })
  })

  it('never throws, whatever is in it', () => {
    const word = fc.constantFrom(
      'log',
      'witness',
      'group',
      'quorum',
      'all',
      'any',
      '1',
      'w0',
      LOG,
      vkey(0),
      'none',
      '#',
    )
    const text = fc.array(fc.oneof(word, fc.string())).map((words) => words.join(' '))
    fc.assert(
      fc.property(fc.array(text), (lines) => {
        const parsed = parse(lines.join('\n'))
        return parsed.ok || parsed.problems.length > 0
      }),
    )
  })
})
