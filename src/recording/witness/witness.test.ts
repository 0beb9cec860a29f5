import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FailingDisk } from '../../../test/support/failing-disk.ts'
import { GrowingLog, newPem } from '../../../test/support/growing-log.ts'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import type { Clock } from '../../kernel/index.ts'
import type { Disk } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { parseNote, parseVkey, type Vkey, verifyCosignatures } from '../verify/index.ts'
import { formatAddCheckpoint } from './add-checkpoint.ts'
import { Witness } from './witness.ts'
import { createWitnessKey, openWitnessKey } from './witness-key.ts'

const NOW = 1_700_000_000
const clock: Clock = { now: () => NOW * 1000, monotonic: () => 0 }

let root: string
let log: GrowingLog
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'custody-test-witness-'))
  log = new GrowingLog().growTo(20)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

async function open({ logs = [log.vkey], disk }: { logs?: readonly Vkey[]; disk?: Disk } = {}) {
  const signer = await openWitnessKey(root).catch(() => createWitnessKey(root, 'witness.example/w1'))
  const options = { signer, logs, directory: join(root, 'logs'), clock }
  return Witness.open({ ...options, ...(disk === undefined ? {} : { disk }) })
}

const request = (oldSize: number, size: number, of = log) =>
  formatAddCheckpoint({ oldSize, proof: of.proof(oldSize, size), checkpoint: of.checkpoint(size) })

async function cosignatures(note: string) {
  const { key } = await openWitnessKey(root)
  const parsed = parseNote(note)
  return parsed === undefined ? [] : verifyCosignatures(nodeCrypto, parsed, [key])
}

describe('a witness', () => {
  it('writes the request of the vectors', () => {
    const vectors = readTlogVectors()
    const proof = vectors.consistency.find(({ Index, Size }) => Index === 3 && Size === 8)?.Proof ?? []
    const hashes = proof.map((hash) => Buffer.from(hash, 'hex'))
    const text = formatAddCheckpoint({ oldSize: 3, proof: hashes, checkpoint: vectors.checkpoint_signed })
    expect(text).toBe(vectors.add_checkpoint_body_3_to_8)
  })

  it('cosigns what continues what it has seen, with the time [REC-12]', async () => {
    const witness = await open()
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, 20],
    ] as const) {
      const { status, body } = await witness.addCheckpoint(request(from, to))
      expect(status).toBe(200)
      expect(await cosignatures(`${log.checkpoint(to)}${body}`)).toMatchObject([{ time: NOW }])
    }
  })

  it('goes on where it was after a restart', async () => {
    await (await open()).addCheckpoint(request(0, 5))
    const again = await open()
    expect(await again.addCheckpoint(request(0, 7))).toMatchObject({ status: 409, body: '5\n' })
    expect((await again.addCheckpoint(request(5, 7))).status).toBe(200)
  })

  it('shows the last checkpoint it cosigned under the hash of its origin', async () => {
    const witness = await open()
    const hash = createHash('sha256').update(log.origin).digest('hex')
    expect(witness.latest(hash)).toBeUndefined()
    await witness.addCheckpoint(request(0, 5))
    const note = witness.latest(hash) ?? ''
    expect(note.startsWith(log.checkpoint(5))).toBe(true)
    expect(await cosignatures(note)).toHaveLength(1)
  })

  it('takes a checkpoint that two keys of the log have signed', async () => {
    const other = new GrowingLog().growTo(20)
    const witness = await open({ logs: [other.vkey, log.vkey] })
    expect((await witness.addCheckpoint(request(0, 5))).status).toBe(200)
  })

  it('answers requests that come at once one after the other', async () => {
    const witness = await open()
    const answers = await Promise.all([5, 9, 7, 20].map((size) => witness.addCheckpoint(request(0, size))))
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409, 409])
  })
})

describe('a witness refuses', () => {
  const key = newPem()
  const honest = new GrowingLog({ key }).growTo(20)
  const fork = new GrowingLog({ key, name: 'forged' }).growTo(20)
  const garbled = (body: string) => body.replace(/\n([A-Za-z0-9+/]{43}=)\n/, `\n${'A'.repeat(43)}=\n`)

  it.each([
    [400, 'nothing', ''],
    [400, 'words', 'hello\n\nworld\n'],
    [400, 'a size that is spelled otherwise', requestOf(honest, 5, 9).replace('old 5', 'old 05')],
    [400, 'too many hashes', requestOf(honest, 5, 9).replace('\n', `\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
    [400, 'a hash that is cut', requestOf(honest, 5, 9).replace(/\n.*=\n/, '\nAAAA\n')],
    [400, 'an old size beyond the new', requestOf(honest, 5, 3)],
    [404, 'another log', requestOf(new GrowingLog({ origin: 'other.example' }).growTo(9), 0, 9)],
    [403, 'a key it does not know', requestOf(new GrowingLog().growTo(9), 5, 9)],
    [403, 'a signature that is bad', requestOf(honest, 5, 9).replace(/.{6}\n$/, 'AAAAA=\n')],
    [409, 'a size it is not at', requestOf(honest, 4, 9)],
    [409, 'the beginning again', requestOf(honest, 0, 9)],
    [409, 'another history of the same size', requestOf(fork, 5, 5)],
    [422, 'another history', requestOf(fork, 5, 9)],
    [422, 'a proof of something else', garbled(requestOf(honest, 5, 9))],
    [422, 'a proof where none belongs', requestOf(honest, 5, 5).replace('\n\n', `\n${'A'.repeat(43)}=\n\n`)],
  ])('with %i %s [REC-12]', async (status, _, body) => {
    const witness = await open({ logs: [honest.vkey] })
    expect((await witness.addCheckpoint(requestOf(honest, 0, 5))).status).toBe(200)
    const answer = await witness.addCheckpoint(body)
    expect([answer.status, answer.status === 409 ? answer.body : '']).toEqual([
      status,
      status === 409 ? '5\n' : '',
    ])
    expect(answer.body).not.toContain('—')
    expect((await witness.addCheckpoint(requestOf(honest, 5, 9))).status).toBe(200)
  })

  it('anything that it cannot remember, and from then on everything new', async () => {
    const failing = new FailingDisk()
    const witness = await open({ disk: failing.disk })
    expect((await witness.addCheckpoint(request(0, 5))).status).toBe(200)
    failing.fail('syncDirectory', { code: 'EIO', syscall: 'fsync' })
    expect((await witness.addCheckpoint(request(5, 9))).status).toBe(503)
    failing.mend()
    expect((await witness.addCheckpoint(request(5, 9))).status).toBe(503)
    expect((await witness.addCheckpoint(request(5, 5))).status).toBe(200)
  })

  it('to start when it cannot read what it remembers', async () => {
    await (await open()).addCheckpoint(request(0, 5))
    const [name = ''] = readdirSync(join(root, 'logs'))
    writeFileSync(join(root, 'logs', name), 'forgotten')
    await expect(open()).rejects.toMatchObject({ code: 'witness.state-damaged' })
  })
})

describe('a witness key', () => {
  it('is never replaced', async () => {
    await createWitnessKey(root, 'witness.example/w1')
    await expect(createWitnessKey(root, 'witness.example/w1')).rejects.toMatchObject({
      code: 'witness.key-exists',
    })
  })

  it.each([
    ['is missing', (at: string) => rmSync(join(at, 'witness.key'))],
    ['is no key', (at: string) => writeFileSync(join(at, 'witness.key'), 'hello')],
    ['belongs to another name', (at: string) => writeFileSync(join(at, 'witness.vkey'), log.vkeyText)],
  ])('that %s is refused', async (_, spoil) => {
    await createWitnessKey(root, 'witness.example/w1')
    spoil(root)
    await expect(openWitnessKey(root)).rejects.toMatchObject({ code: 'witness.key-missing' })
  })

  it('is not one of a log', async () => {
    const { vkeyText } = await createWitnessKey(root, 'witness.example/w1')
    expect(parseVkey(nodeCrypto.sha256, vkeyText)).toBeUndefined()
  })
})

function requestOf(of: GrowingLog, oldSize: number, size: number): string {
  const proof = oldSize <= size ? of.proof(oldSize, size) : []
  return formatAddCheckpoint({ oldSize, proof, checkpoint: of.checkpoint(size) })
}
