import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { timestamp } from '../../src/kernel/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { parseVkey, verifyPart } from '../../src/recording/verify/index.ts'
import { checkEveryPart } from '../../src/server/index.ts'
import {
  filledRun,
  observe,
  openFilledRun,
  partsOf,
  SECRET,
  startForgetful,
} from '../support/forgetful-custody.ts'
import type { RunningCustody } from '../support/running-custody.ts'

let custody: RunningCustody

beforeAll(async () => {
  custody = (await startForgetful()).custody
})

afterAll(() => custody[Symbol.asyncDispose]())

const LARGE = randomBytes(400_000)

async function runWithLargePart(): Promise<string> {
  const opened = await openFilledRun(custody)
  await observe(custody, opened, { body: LARGE })
  await custody.closeRun(opened)
  return opened.run
}

/** The files of large parts. */
function partFiles(): string[] {
  const found = readdirSync(custody.directory.parts, { recursive: true, withFileTypes: true })
  return found.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
}

const place = () => ({ engine: 'sqlite', path: custody.directory.database }) as const

/** What the check of every part finds, and the look that a server takes at them. */
async function broken(): Promise<{ readonly read: number; readonly looked: number }> {
  const { findings } = await checkEveryPart(custody.directory, place())
  const { broken: looked } = (await custody.api('GET', '/v1/parts/check')).json() as { broken: unknown[] }
  return { read: findings.length, looked: looked.length }
}

describe('one part', () => {
  it('is given byte for byte, however large, and the reading is recorded [REC-15]', async () => {
    const run = await runWithLargePart()
    const part = partsOf(custody, run).at(-1) ?? ''
    const answer = await custody.api('GET', `/v1/parts/${part}`)
    expect(answer.body.equals(LARGE)).toBe(true)
    expect(answer.headers['content-length']).toBe(String(LARGE.byteLength))
    using view = custody.durable()
    const [event, name] = part.split('/')
    expect(view.ofKind('record.read').at(-1)).toMatchObject({
      actor: custody.person.person.id,
      data: { event, part: name },
    })
  })

  it('is proven offline by its salt, its event and the log [REC-15]', async () => {
    const run = await filledRun(custody)
    const part = partsOf(custody, run).find((name) => name.endsWith('/task')) ?? ''
    const { body } = await custody.api('GET', `/v1/parts/${part}`)
    const proof = await custody.api('GET', `/v1/parts/${part}/proof`)
    const vkey = parseVkey(nodeCrypto.sha256, custody.person.vkey)
    const trust = { crypto: nodeCrypto, vkeys: vkey === undefined ? [] : [vkey] }
    expect(body.toString()).toContain(SECRET)
    expect(verifyPart(body, proof.body, trust)).toMatchObject({ ok: true, run, name: 'task' })
  })

  it.each([
    ['/v1/parts/evt_00000000000000000000000000/task', 404, 'vault.part-unknown'],
    ['/v1/parts/evt_00000000000000000000000000/..%2f..%2fkeys', 400, 'server.request-invalid'],
    ['/v1/parts/..%2f..%2fkeys%2fvault.key/task', 400, 'server.request-invalid'],
  ])('at %s is not given', async (path, status, code) => {
    const answer = await custody.api('GET', path)
    expect({ status: answer.status, code: answer.json().code }).toEqual({ status, code })
  })

  it('that is damaged or gone is not given as if it were whole', async () => {
    const before = new Set(partFiles())
    const part = partsOf(custody, await runWithLargePart()).at(-1) ?? ''
    const [file = ''] = partFiles().filter((path) => !before.has(path))
    const whole = readFileSync(file)
    writeFileSync(
      file,
      whole.map((byte, i) => (i === 300_000 ? byte ^ 1 : byte)),
    )
    await expect(custody.api('GET', `/v1/parts/${part}`)).rejects.toThrow()
    expect(await broken()).toEqual({ read: 1, looked: 0 })
    rmSync(file)
    expect((await custody.api('GET', `/v1/parts/${part}`)).json()).toMatchObject({
      code: 'vault.part-missing',
    })
    expect(await broken()).toEqual({ read: 1, looked: 1 })
    writeFileSync(file, whole)
    expect(await broken()).toEqual({ read: 0, looked: 0 })
  })
})

describe('a part that is gone without a word', () => {
  it('is an alarm to the check, the server and whoever gets the bundle [REC-15]', async () => {
    await using own = (await startForgetful()).custody
    const opened = await openFilledRun(own)
    await observe(own, opened, { body: LARGE })
    await own.closeRun(opened)
    rmSync(join(own.directory.parts), { recursive: true })
    const [lost] = partsOf(own, opened.run).slice(-1)
    const { findings } = await checkEveryPart(own.directory, {
      engine: 'sqlite',
      path: own.directory.database,
    })
    expect(findings).toEqual([{ part: 'parts', detail: `${lost} is missing, and no erasure explains it` }])
    const report = await own.verifiedBundle(opened.run)
    expect(report.checks.parts).toMatchObject({
      status: 'failed',
      problems: [expect.stringContaining(String(lost))],
    })
    await own.stop()
    await own.start()
    await own.stop()
    expect(own.reported).toContainEqual(expect.stringContaining(`${lost} is missing`))
  })

  it('is not excused by a row that claims an erasure', async () => {
    const run = await filledRun(custody)
    const [part = ''] = partsOf(custody, run)
    const [event = '', name = ''] = part.split('/')
    const claim = { sql: 'UPDATE parts SET erased_by = 1, sealed = NULL WHERE event = ? AND name = ?' }
    await custody.server.services.ledger.write([{ ...claim, parameters: [event, name] }])
    expect(await broken()).toEqual({ read: 1, looked: 1 })
    const report = await custody.verifiedBundle(run)
    expect(report.checks.parts.status).toBe('failed')
  })
})

describe('an erasure whose process died', () => {
  it('is finished at the next start: files gone, record signed [REC-15]', async () => {
    const { custody: own } = await startForgetful()
    await using _ = own
    const opened = await openFilledRun(own)
    await observe(own, opened, { body: LARGE })
    await own.closeRun(opened)
    const { ledger, ids, clock } = own.server.services
    const id = ids('evt')
    const about = { scope: 'run', subject: opened.run, reason: 'court-order', consent: 'only-person' }
    const data = { ...about, runs: [opened.run as never], parts: {}, count: 4, bytes: 1, step: 1, steps: 1 }
    await ledger.append({ id, kind: 'part.erased', at: timestamp(clock.now()), actor: 'system', data })
    const files = () => readdirSync(own.directory.parts, { recursive: true, withFileTypes: true })
    expect(files().filter((file) => file.isFile())).toHaveLength(1)
    await own.stop()
    await own.start()
    expect(files().filter((file) => file.isFile())).toHaveLength(0)
    using view = own.durable()
    expect(view.ofKind('evidence.attached').some((event) => event.data.of === id)).toBe(true)
    expect((await own.verifiedBundle(opened.run)).ok).toBe(true)
  })
})

describe('what records take', () => {
  it('is told per run and per workflow: recorded, committed to, kept [REC-15]', async () => {
    await using own = (await startForgetful()).custody
    const opened = await openFilledRun(own)
    await observe(own, opened, { body: Buffer.alloc(100_000, 'again and again ') })
    await own.closeRun(opened)
    const { bytes } = (await own.api('GET', `/v1/runs/${opened.run}`)).json() as {
      bytes: { raw: number; parts: number; stored: number }
    }
    expect(bytes.raw).toBeGreaterThan(100_000)
    expect(bytes.parts).toBe(bytes.raw)
    expect(bytes.stored).toBeLessThan(5_000)
    const { workflows } = (await own.api('GET', '/v1/usage')).json()
    expect(workflows).toEqual([
      {
        workflow: 'code-change',
        runs: 1,
        erasedRuns: 0,
        parts: 4,
        rawBytes: bytes.raw,
        partBytes: bytes.parts,
        storedBytes: bytes.stored,
      },
    ])
  })
})
