import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RemoteKey, type Trouble } from '../../../../test/fakes/remote-key.ts'
import { BareLedger, draft } from '../../../../test/support/bare-ledger.ts'
import { createIds, systemClock, systemRandom } from '../../../kernel/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import {
  logKeysAt,
  parseCheckpoint,
  parseNote,
  parseVkey,
  readSignedHead,
  type Vkey,
  verifyNote,
} from '../../verify/index.ts'
import { createLedgerKeys, openLedgerKeys } from '../keys.ts'
import type { Ledger } from '../ledger.ts'
import type { ExternalKey } from './external-signer.ts'
import { KeyRegister, type KeyRegisterDeps } from './key-register.ts'
import { readKeyHistory } from './read-key-history.ts'

const ids = createIds(systemClock, systemRandom)
const SYSTEM = { actor: 'system' } as const

let bare: BareLedger
let stack: AsyncDisposableStack
beforeEach(() => {
  stack = new AsyncDisposableStack()
  bare = stack.use(new BareLedger())
})
afterEach(() => stack.disposeAsync())

const keyDirectory = () => join(bare.directory, 'keys')
const keyNames = () => readdirSync(keyDirectory()).sort()

/** Opens ledger and keys as a server does when it starts; again, as after a crash. */
async function start(services: readonly ExternalKey[] = []) {
  await bare.stop()
  if (!existsSync(keyDirectory())) await createLedgerKeys(keyDirectory(), 'ledger.example/v1')
  const keys = await openLedgerKeys(keyDirectory(), services)
  const ledger = await bare.start(keys.log)
  return { ledger, register: await open({ ledger, keys }) }
}

function open(deps: Pick<KeyRegisterDeps, 'ledger' | 'keys'>): Promise<KeyRegister> {
  return KeyRegister.open({ ...deps, clock: systemClock, ids })
}

/** The log keys whose signature a checkpoint carries, by their place in the register. */
async function signersOf(ledger: Ledger, register: KeyRegister, note: string): Promise<number[]> {
  const parsed = parseNote(note)
  const vkeys = register.list().flatMap(({ vkey }) => parseVkey(nodeCrypto.sha256, vkey ?? '') ?? [])
  const size = parseCheckpoint(parsed?.text ?? '')?.size ?? -1
  const trust = { crypto: nodeCrypto, pinned: vkeys.slice(0, 1), history: await readKeyHistory(ledger) }
  const signers = parsed === undefined ? [] : verifyNote(nodeCrypto, parsed, vkeys)
  expect(logKeysAt(trust, size).length).toBe(signers.length)
  return signers.map((vkey) => vkeys.indexOf(vkey)).sort((a, b) => a - b)
}

async function newCheckpoint(ledger: Ledger): Promise<string> {
  await ledger.append(draft('recording.started'))
  return ledger.checkpoint()
}

const logKeys = (register: KeyRegister) => register.list().filter(({ use }) => use === 'log')
const statementKeys = (register: KeyRegister) => register.list().filter(({ use }) => use === 'statements')

describe('the keys of a new ledger', () => {
  it('are a log key from the beginning and a statement key from its entry on', async () => {
    const { register } = await start()
    expect(register.list()).toMatchObject([
      { use: 'log', from: -1, until: Number.POSITIVE_INFINITY },
      { use: 'statements', from: 0, until: Number.POSITIVE_INFINITY },
    ])
    const again = await start()
    expect(again.register.list()).toEqual(register.list())
  })
})

describe('rotating the log key', () => {
  it('signs with the old key, with both, and with the new one [REC-12]', async () => {
    const { ledger, register } = await start()
    const signers = async () => signersOf(ledger, register, await newCheckpoint(ledger))
    expect(await signers()).toEqual([0])
    await register.rotate('log', SYSTEM)
    expect(await signers()).toEqual([0, 1])
    const [old] = logKeys(register)
    const revoked = await register.revoke(old?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    expect(revoked).toMatchObject({ keyId: old?.keyId, reason: 'retired' })
    expect(await signers()).toEqual([1])
    expect(keyNames()).not.toContain('log.key')
  })

  it('lets whoever trusts the first key trust the newest, over several rotations', async () => {
    const { ledger, register } = await start()
    for (let i = 0; i < 3; i++) {
      await register.rotate('log', SYSTEM)
      await register.revoke(logKeys(register).at(-2)?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    }
    const first = parseVkey(nodeCrypto.sha256, logKeys(register)[0]?.vkey ?? '') as Vkey
    const note = await newCheckpoint(ledger)
    const trust = { crypto: nodeCrypto, vkeys: [first], name: 'it' }
    const history = await readKeyHistory(ledger)
    expect(readSignedHead(Buffer.from(note), { ...trust, history }).problems).toEqual([])
    expect(readSignedHead(Buffer.from(note), trust).problems).toHaveLength(1)
  })

  it('is taken up after a restart at every step [REC-12]', async () => {
    let { ledger, register } = await start()
    const restart = async () => ({ ledger, register } = await start())
    await ledger.checkpoint()
    await register.rotate('log', SYSTEM)
    await restart()
    expect(await signersOf(ledger, register, await newCheckpoint(ledger))).toEqual([0, 1])
    await restart()
    const [old] = logKeys(register)
    await register.revoke(old?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    await restart()
    expect(await signersOf(ledger, register, await newCheckpoint(ledger))).toEqual([1])
    await restart()
    expect(logKeys(register)).toHaveLength(2)
  })

  it('takes up the file of a rotation that was cut short before its entry', async () => {
    const { ledger } = await start()
    const keys = await openLedgerKeys(keyDirectory())
    const failing = {
      append: () => Promise.reject(new Error('cut')),
      entriesOfKind: ledger.entriesOfKind.bind(ledger),
    }
    const cut = await open({ ledger: failing, keys })
    await expect(cut.rotate('log', SYSTEM)).rejects.toThrow('cut')
    const made = keyNames()
    const { register } = await start()
    expect(logKeys(register)).toHaveLength(1)
    const { keyId } = await register.rotate('log', SYSTEM)
    expect(keyNames()).toEqual(made)
    expect(made).toContain(`log-${keyId.slice(0, 16)}.key`)
  })

  it('destroys at the next start what a revocation that was cut short has left', async () => {
    const first = await start()
    const spare = mkdtempSync(join(tmpdir(), 'custody-test-keys-'))
    stack.defer(() => rmSync(spare, { recursive: true }))
    cpSync(keyDirectory(), spare, { recursive: true })
    await first.register.rotate('log', SYSTEM)
    const [old] = logKeys(first.register)
    await first.register.revoke(old?.keyId ?? '', { ...SYSTEM, reason: 'compromised' })
    cpSync(join(spare, 'log.key'), join(keyDirectory(), 'log.key'))
    const { ledger, register } = await start()
    expect(keyNames()).not.toContain('log.key')
    expect(await signersOf(ledger, register, await newCheckpoint(ledger))).toEqual([1])
  })

  it('is refused twice, and the last key is never revoked', async () => {
    const { register } = await start()
    const [only] = logKeys(register)
    const ended = { ...SYSTEM, reason: 'compromised' } as const
    await expect(register.revoke(only?.keyId ?? '', ended)).rejects.toMatchObject({ code: 'ledger.last-key' })
    await register.rotate('log', SYSTEM)
    await expect(register.rotate('log', SYSTEM)).rejects.toMatchObject({ code: 'ledger.rotation-open' })
    const newest = logKeys(register)[1]?.keyId ?? ''
    await expect(register.revoke(newest, ended)).rejects.toMatchObject({ code: 'ledger.last-key' })
    await expect(register.revoke('ffffffff', ended)).rejects.toMatchObject({ code: 'ledger.key-unknown' })
  })

  it('is not undone by two calls at once', async () => {
    const { register } = await start()
    const outcomes = await Promise.allSettled([
      register.rotate('log', SYSTEM),
      register.rotate('log', SYSTEM),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(logKeys(register)).toHaveLength(2)
  })

  it('does not start when a key that counts is not at hand', async () => {
    const { register } = await start()
    const { keyId } = await register.rotate('log', SYSTEM)
    rmSync(join(keyDirectory(), `log-${keyId.slice(0, 16)}.key`))
    await expect(start()).rejects.toMatchObject({ code: 'ledger.key-missing' })
  })
})

describe('rotating the statement key', () => {
  it('signs with the new key at once, and with the old one nothing any more', async () => {
    const { register } = await start()
    const current = () => register.withStatementKey((signer) => Promise.resolve(signer.keyId))
    const [old] = statementKeys(register)
    expect(await current()).toBe(old?.keyId)
    const { keyId } = await register.rotate('statements', SYSTEM)
    expect(await current()).toBe(keyId)
    await register.revoke(old?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    expect(keyNames()).not.toContain('statement.key')
    const again = await start()
    expect(await again.register.withStatementKey((signer) => Promise.resolve(signer.keyId))).toBe(keyId)
  })

  it('revokes a key only when what it is signing is logged', async () => {
    const { ledger, register } = await start()
    const [old] = statementKeys(register)
    let logged: number | undefined
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const working = register.withStatementKey(async () => {
      await released
      logged = (await ledger.append(draft('evidence.attached'))).index
    })
    await register.rotate('statements', SYSTEM)
    const revoking = register.revoke(old?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    release()
    await working
    expect((await revoking).until).toBeGreaterThan(logged ?? Number.POSITIVE_INFINITY)
  })
})

describe('a key file', () => {
  beforeEach(async () => {
    await start()
    await bare.stop()
  })

  it.each([
    ['log.key', 'ledger.key-missing', (path: string) => rmSync(path)],
    ['statement.key', 'ledger.key-missing', (path: string) => rmSync(path)],
    ['log.vkey', 'ledger.key-missing', (path: string) => rmSync(path)],
    ['log.vkey', 'ledger.key-missing', (path: string) => writeFileSync(path, 'hello')],
    ['log.key', 'ledger.key-missing', (path: string) => writeFileSync(path, 'hello', { mode: 0o600 })],
    ['log.key', 'ledger.key-missing', (path: string) => cpSync(path.replace('log', 'statement'), path)],
    ['statement.key', 'ledger.key-missing', (path: string) => cpSync(path.replace('statement', 'log'), path)],
    ['log.key', 'ledger.key-exposed', (path: string) => chmodSync(path, 0o644)],
    ['statement.key', 'ledger.key-exposed', (path: string) => chmodSync(path, 0o640)],
  ])('%s is refused with %s', async (name, code, spoil) => {
    spoil(join(keyDirectory(), name))
    const opened = openLedgerKeys(keyDirectory())
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringContaining(name) })
  })

  it('of another ledger is refused', async () => {
    const other = stack.use(new BareLedger())
    await other.start()
    cpSync(join(other.directory, 'keys', 'log.key'), join(keyDirectory(), 'log.key'))
    await expect(openLedgerKeys(keyDirectory())).rejects.toMatchObject({ code: 'ledger.key-missing' })
  })
})

describe('a key behind a key service', () => {
  it.each(['log', 'statements'] as const)('takes over as the %s key and signs', async (use) => {
    const service = stack.use(await RemoteKey.start(use))
    const { ledger, register } = await start([service.as('kms')])
    const { keyId } = await register.rotate(use, { ...SYSTEM, service: 'kms' })
    const old = register.list().find((key) => key.use === use)
    await register.revoke(old?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    const before = service.signed
    if (use === 'log') expect(await signersOf(ledger, register, await newCheckpoint(ledger))).toEqual([1])
    else {
      const signed = await register.withStatementKey((signer) => signer.sign(Buffer.from('a statement')))
      expect(nodeCrypto.verifyP256(service.spkiDer, Buffer.from('a statement'), signed)).toBe(true)
    }
    expect(service.signed).toBe(before + 1)
    expect(keyNames().join()).not.toContain(keyId.slice(0, 16))
  })

  it.each<[Trouble, RegExp]>([
    ['hangs', /in time/],
    ['wrong-key', /no signature of its public key/],
    ['rubbish', /no signature of its public key/],
    ['endless', /larger than a signature/],
    ['fails', /answered 500/],
  ])('that %s holds checkpoints up, not what is recorded', async (trouble, reason) => {
    const service = stack.use(await RemoteKey.start('log'))
    const { ledger, register } = await start([service.as('kms', 200)])
    await register.rotate('log', { ...SYSTEM, service: 'kms' })
    service.trouble = trouble
    await expect(newCheckpoint(ledger)).rejects.toMatchObject({
      code: 'ledger.signer-unavailable',
      message: expect.stringMatching(reason),
    })
    await ledger.append(draft('recording.started'))
    service.trouble = 'none'
    expect(await signersOf(ledger, register, await newCheckpoint(ledger))).toEqual([0, 1])
  })

  it('that is gone is retired without it', async () => {
    const service = await RemoteKey.start('log')
    const kms = service.as('kms', 200)
    const first = await start([kms])
    await first.register.rotate('log', { ...SYSTEM, service: 'kms' })
    await first.register.revoke(logKeys(first.register)[0]?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    await first.register.rotate('log', SYSTEM)
    await service[Symbol.asyncDispose]()
    const { ledger, register } = await start([kms])
    await expect(newCheckpoint(ledger)).rejects.toMatchObject({ code: 'ledger.signer-unavailable' })
    await register.revoke(logKeys(register)[1]?.keyId ?? '', { ...SYSTEM, reason: 'compromised' })
    expect(await signersOf(ledger, register, await newCheckpoint(ledger))).toEqual([2])
  })

  it('is not brought in under a name that nobody configured, for another use, or twice', async () => {
    const service = stack.use(await RemoteKey.start('log'))
    const { register } = await start([service.as('kms')])
    const unknown = { code: 'ledger.key-unknown' }
    await expect(register.rotate('log', { ...SYSTEM, service: 'other' })).rejects.toMatchObject(unknown)
    await expect(register.rotate('statements', { ...SYSTEM, service: 'kms' })).rejects.toMatchObject(unknown)
    await register.rotate('log', { ...SYSTEM, service: 'kms' })
    await register.revoke(logKeys(register)[0]?.keyId ?? '', { ...SYSTEM, reason: 'retired' })
    await expect(register.rotate('log', { ...SYSTEM, service: 'kms' })).rejects.toMatchObject(unknown)
  })
})
