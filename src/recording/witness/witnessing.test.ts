import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostileWitness, type Reply } from '../../../test/fakes/hostile-witness.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { GrowingLog, newPem } from '../../../test/support/growing-log.ts'
import { startWitnessServer } from '../../server/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  cosignatureLine,
  cosignatureMessage,
  formatWitnessVkey,
  parseNote,
  parseWitnessPolicy,
  verifyCosignatures,
  type WitnessKey,
  type WitnessPolicy,
  withSignatures,
  witnessKey,
} from '../verify/index.ts'
import { createWitnessKey } from './witness-key.ts'
import { Witnessing } from './witnessing.ts'

let root: string
let log: GrowingLog
let nowMs: number
let reported: string[]
let stack: AsyncDisposableStack
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'custody-test-witnessing-'))
  log = new GrowingLog().growTo(20)
  nowMs = Date.now()
  reported = []
  stack = new AsyncDisposableStack()
})
afterEach(async () => {
  await stack.disposeAsync()
  rmSync(root, { recursive: true, force: true })
})

/** A real witness of the log; gives its line of a policy. */
async function honest(name: string, of = log): Promise<string> {
  const directory = join(root, name)
  const { vkeyText } = await createWitnessKey(directory, `${name}.example/w`)
  const server = await startWitnessServer({ directory, host: '127.0.0.1', port: 0, logs: [of.vkey] })
  stack.defer(() => server.close())
  return `witness ${name} ${vkeyText} ${server.url}`
}

interface Hostile {
  readonly fake: HostileWitness
  readonly line: string
  readonly key: WitnessKey
  readonly privateKey: KeyObject
  /** The answer that an honest witness would give at a time. */
  cosign(body: string, time: number): Reply
}

async function hostile(name: string): Promise<Hostile> {
  const fake = stack.use(await HostileWitness.start())
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const key = witnessKey(nodeCrypto.sha256, { name: `${name}.example/w`, publicKey: spki.subarray(-32) })
  const cosign = (body: string, time: number) => {
    const text = parseNote(body.slice(body.indexOf('\n\n') + 2))?.text ?? ''
    const signature = sign(null, cosignatureMessage(text, time), privateKey)
    return { body: withSignatures('', [cosignatureLine(key, { time, signature })]) }
  }
  return { fake, line: `witness ${name} ${formatWitnessVkey(key)} ${fake.url}`, key, privateKey, cosign }
}

function policyOf(lines: readonly string[], quorum: string): WitnessPolicy {
  const parsed = parseWitnessPolicy(nodeCrypto.sha256, [...lines, quorum].join('\n'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

async function witnessing(policy: WitnessPolicy): Promise<Witnessing> {
  const clock = { now: () => nowMs, monotonic: () => nowMs }
  return Witnessing.open({
    ...{ policy, log, clock, memoryPath: join(root, 'quorum'), report: (line) => void reported.push(line) },
    ...{ heartbeatMs: 60_000, alertAfterMs: 600_000, timeoutMs: 2_000 },
  })
}

function countOf(note: string, policy: WitnessPolicy): number {
  const parsed = parseNote(note)
  const keys = policy.witnesses.map(({ key }) => key)
  return parsed === undefined ? -1 : verifyCosignatures(nodeCrypto, parsed, keys).length
}

const PATIENCE = 5_000

describe('a log among real witnesses', () => {
  it('is cosigned as it grows, from wherever each of them is [REC-12]', async () => {
    const policy = policyOf([await honest('a'), await honest('b')], 'group g all a b\nquorum g')
    const first = await witnessing(policy)
    expect(countOf(await first.cosigned(log.checkpoint(5), PATIENCE), policy)).toBe(2)
    expect(countOf(await first.cosigned(log.checkpoint(9), PATIENCE), policy)).toBe(2)
    // Another process knows nothing of the sizes.
    const second = await witnessing(policy)
    expect(countOf(await second.cosigned(log.checkpoint(20), PATIENCE), policy)).toBe(2)
    expect(second.state).toMatchObject({ isLate: false, lastQuorum: { size: 20 } })
    expect(reported).toEqual([])
  })

  it('is content with a quorum when one of them hangs', async () => {
    const hanging = await hostile('h')
    const policy = policyOf([await honest('a'), await honest('b'), hanging.line], 'group g 2 a b h\nquorum g')
    const gathering = await witnessing(policy)
    const started = performance.now()
    expect(countOf(await gathering.cosigned(log.checkpoint(5), 60_000), policy)).toBe(2)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('remembers the quorum and its age over a restart, whatever the clock does', async () => {
    const policy = policyOf([await honest('a')], 'quorum a')
    await (await witnessing(policy)).cosigned(log.checkpoint(5), PATIENCE)
    expect(readFileSync(join(root, 'quorum'), 'utf8')).toContain('a.example/w')
    nowMs += 90_000
    const later = await witnessing(policy)
    expect(later.state.lastQuorum).toEqual({ size: 5, ageMs: 90_000 })
    expect([later.needs(log.checkpoint(5)), later.state.isLate]).toEqual([true, false])
    nowMs += 600_000
    expect(later.state.isLate).toBe(true)
  })

  it('does not count a quorum that is remembered under another policy', async () => {
    await (await witnessing(policyOf([await honest('a')], 'quorum a'))).cosigned(log.checkpoint(5), PATIENCE)
    const other = await witnessing(policyOf([await honest('b')], 'quorum b'))
    expect(other.state.lastQuorum).toBeUndefined()
  })

  it('is told what to do when a witness knows it by another key', async () => {
    const line = await honest('a')
    await (await witnessing(policyOf([line], 'quorum a'))).cosigned(log.checkpoint(20), PATIENCE)
    log = new GrowingLog({ key: newPem() }).growTo(7)
    const old = await witnessing(policyOf([line], 'quorum a'))
    await old.cosigned(log.checkpoint(), PATIENCE)
    // Another key: refused before the size is told. The same key, an older state:
    expect(old.state.witnesses).toMatchObject([
      { contradicts: false, problem: expect.stringMatching(/^it knows/) },
    ])
  })

  it.each([
    ['shorter', 'entry', 7, /20 entries of this log, which has only 7: an older copy was put back/],
    ['other and as long', 'forged', 20, /another history of 20 entries/],
    ['other and longer', 'forged', 25, /the proof does not hold/],
  ])('alarms when it has become %s [REC-12]', async (_, name, size, problem) => {
    const key = newPem()
    log = new GrowingLog({ key }).growTo(20)
    const policy = policyOf([await honest('a')], 'quorum a')
    await (await witnessing(policy)).cosigned(log.checkpoint(), PATIENCE)
    log = new GrowingLog({ key, name }).growTo(size)
    const changed = await witnessing(policy)
    expect(countOf(await changed.cosigned(log.checkpoint(), PATIENCE), policy)).toBe(0)
    expect(changed.state.witnesses).toMatchObject([
      { contradicts: true, problem: expect.stringMatching(problem) },
    ])
    changed.complain()
    changed.complain()
    expect(reported).toHaveLength(1)
  })
})

describe('a hostile witness', () => {
  const nowSeconds = () => Math.floor(nowMs / 1000)

  it.each<[string, RegExp, (bad: Hostile, body: string) => Reply]>([
    ['signs with another key', /no good cosignature/, (bad, body) => otherKey(bad, body, nowSeconds())],
    [
      'signs another checkpoint',
      /no good cosignature/,
      (bad) => bad.cosign(`old 0\n\n${log.checkpoint(6)}`, nowSeconds()),
    ],
    ['repeats what it said an hour ago', /3600 s ago/, (bad, body) => bad.cosign(body, nowSeconds() - 3600)],
    ['speaks of tomorrow', /86400 s ahead/, (bad, body) => bad.cosign(body, nowSeconds() + 86_400)],
    ['answers without end', /larger/, () => ({ body: '— x AAAAAAAA\n'.repeat(100_000) })],
    ['answers nonsense', /no cosignature/, () => ({ body: '<html>' })],
    ['answers nothing', /no cosignature/, () => ({ body: '' })],
    ['redirects', /answered 302/, () => ({ status: 302, body: '' })],
    ['refuses the log', /does not watch/, () => ({ status: 404, body: '' })],
    ['knows another key', /another key/, () => ({ status: 403, body: '' })],
    [
      'says it is at no size',
      /a size that is none/,
      () => ({ status: 409, type: 'text/x.tlog.size', body: '-1\n' }),
    ],
    ['says its size as something else', /answered 409/, () => ({ status: 409, body: '3\n' })],
    [
      'stays at the size it was asked from',
      /asked from/,
      () => ({ status: 409, type: 'text/x.tlog.size', body: '0\n' }),
    ],
    [
      'says it is far ahead',
      /older copy/,
      () => ({ status: 409, type: 'text/x.tlog.size', body: '9000000000000000\n' }),
    ],
    ['fails', /answered 500/, () => ({ status: 500, body: 'secret stack' })],
  ])('that %s is not believed', async (_, problem, reply) => {
    const bad = await hostile('bad')
    bad.fake.reply = (body) => reply(bad, body)
    const policy = policyOf([bad.line], 'quorum bad')
    const gathering = await witnessing(policy)
    const note = log.checkpoint(5)
    expect(await gathering.cosigned(note, PATIENCE)).toBe(note)
    expect(gathering.state.witnesses[0]?.problem).toMatch(problem)
    expect(gathering.state.lastQuorum).toBeUndefined()
  })

  it('changes its size each time, and is asked twice at most', async () => {
    const bad = await hostile('bad')
    let size = 0
    bad.fake.reply = () => ({ status: 409, type: 'text/x.tlog.size', body: `${++size}\n` })
    const gathering = await witnessing(policyOf([bad.line], 'quorum bad'))
    await gathering.cosigned(log.checkpoint(20), PATIENCE)
    expect(bad.fake.bodies).toHaveLength(2)
  })

  it('is asked less and less while it fails, and again as soon as it is well', async () => {
    const bad = await hostile('bad')
    bad.fake.reply = () => ({ status: 500, body: '' })
    const policy = policyOf([bad.line], 'quorum bad')
    const gathering = await witnessing(policy)
    for (let second = 0; second < 64; second++, nowMs += 1_000)
      await gathering.cosigned(log.checkpoint(5), PATIENCE)
    expect(bad.fake.bodies.length).toBeLessThan(9)
    bad.fake.reply = (body) => bad.cosign(body, Math.floor(nowMs / 1000))
    expect(await gathering.isFresh(1_000, () => Promise.resolve(log.checkpoint(5)))).toBe(true)
    expect(countOf(await gathering.cosigned(log.checkpoint(6), PATIENCE), policy)).toBe(1)
  })

  it('that hangs makes nobody wait longer than he likes, and is asked once at a time', async () => {
    const bad = await hostile('bad')
    const gathering = await witnessing(policyOf([bad.line], 'quorum bad'))
    const started = performance.now()
    for (let i = 0; i < 3; i++) await gathering.cosigned(log.checkpoint(5), 20)
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(bad.fake.bodies.length).toBeLessThan(2)
    await eventually(
      'the hanging request is given up',
      () => gathering.state.witnesses[0]?.problem !== undefined,
    )
    expect(gathering.state.witnesses[0]?.problem).toMatch(/in time/)
  })
})

describe('the age of the quorum', () => {
  it('is complained about once when it is late, and once when it is back', async () => {
    const bad = await hostile('bad')
    bad.fake.reply = () => ({ status: 500, body: '' })
    const gathering = await witnessing(policyOf([bad.line], 'quorum bad'))
    gathering.complain()
    expect(reported).toEqual([])
    nowMs += 600_001
    gathering.complain()
    gathering.complain()
    expect(reported).toEqual([expect.stringMatching(/no quorum/)])
    bad.fake.reply = (body) => bad.cosign(body, Math.floor(nowMs / 1000))
    await gathering.cosigned(log.checkpoint(5), PATIENCE)
    gathering.complain()
    expect(reported).toHaveLength(2)
  })

  it('is young again when a witness has seen the same log once more', async () => {
    const policy = policyOf([await honest('a')], 'quorum a')
    const gathering = await witnessing(policy)
    await gathering.cosigned(log.checkpoint(5), PATIENCE)
    nowMs += 61_000
    expect(gathering.needs(log.checkpoint(5))).toBe(true)
    expect(await gathering.isFresh(1_000, () => Promise.resolve(log.checkpoint(5)))).toBe(true)
    expect(gathering.needs(log.checkpoint(5))).toBe(false)
  })
})

function otherKey(bad: Hostile, body: string, time: number): Reply {
  const text = parseNote(body.slice(body.indexOf('\n\n') + 2))?.text ?? ''
  const signature = sign(null, cosignatureMessage(text, time), generateKeyPairSync('ed25519').privateKey)
  return { body: withSignatures('', [cosignatureLine(bad.key, { time, signature })]) }
}
