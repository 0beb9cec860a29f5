import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logFilesAt } from '../../src/recording/log-files/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { parseEnvelope, verifyLog } from '../../src/recording/verify/index.ts'
import {
  addPerson,
  filledRun,
  observe,
  openFilledRun,
  partsOf,
  type SignedIn,
  startForgetful,
} from '../support/forgetful-custody.ts'
import type { RunningCustody } from '../support/running-custody.ts'

const WHY = { reason: 'secret-recorded', note: 'A key was in the prompt.' }

let custody: RunningCustody
let grace: SignedIn

beforeAll(async () => {
  custody = (await startForgetful()).custody
})

afterAll(() => custody[Symbol.asyncDispose]())

async function erase(scope: string, subject: string, session?: string) {
  const answer = await custody.api('POST', '/v1/erasures', { scope, subject, ...WHY }, session)
  return { status: answer.status, ...answer.json() } as Record<string, unknown>
}

/** Every byte that is in a file of the installation. */
function everyFile(): Buffer[] {
  const found = readdirSync(custody.directory.root, { recursive: true, withFileTypes: true })
  return found.filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name)))
}

/** The sealed bytes and wrapped keys of a run's parts, as they lie on disk. */
async function secretsOf(run: string): Promise<Buffer[]> {
  const rows = await custody.server.services.database
    .reader<{ parts: { run: string; sealed: Uint8Array | null; wrapped_key: Uint8Array | null } }>()
    .selectFrom('parts')
    .select(['sealed', 'wrapped_key'])
    .where('run', '=', run)
    .execute()
  return rows
    .flatMap(({ sealed, wrapped_key }) => [sealed, wrapped_key])
    .flatMap((bytes) => (bytes === null ? [] : [Buffer.from(bytes)]))
}

async function checkLog() {
  await custody.api('POST', '/v1/log/publish', undefined)
  const files = logFilesAt(custody.directory.log)
  return verifyLog(files, { crypto: nodeCrypto, vkeys: [custody.person.vkey] })
}

describe('erasing, where there is only one person', () => {
  it('is done at once, and says by which entry [REC-15]', async () => {
    const run = await filledRun(custody)
    const erased = await erase('run', run)
    expect(erased).toMatchObject({ status: 200, state: 'erased', parts: 3 })
    const story = await custody.api('GET', `/v1/runs/${run}`)
    const [entry] = erased.entries as number[]
    expect(story.json()).toMatchObject({ task: '', erasedBy: entry, bytes: { stored: 0 } })
  })

  it('refuses to erase that person: nobody could sign in any more', async () => {
    const { person } = custody.person
    expect(await erase('person', person.email)).toMatchObject({ code: 'retention.last-person', status: 409 })
  })

  it('leaves nothing of the bodies and their keys in any file, the write-ahead log among them [REC-15]', async () => {
    const opened = await openFilledRun(custody)
    await observe(custody, opened, { body: randomBytes(300_000) })
    await custody.closeRun(opened)
    const secrets = await secretsOf(opened.run)
    const onDisk = (secret: Buffer) => everyFile().some((bytes) => bytes.includes(secret))
    expect(secrets.length).toBeGreaterThan(5)
    expect(secrets.every(onDisk)).toBe(true)
    const largeFiles = () =>
      readdirSync(custody.directory.parts, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
    expect(largeFiles()).toHaveLength(1)
    await erase('run', opened.run)
    expect(secrets.filter(onDisk)).toEqual([])
    expect(largeFiles()).toEqual([])
  })

  it('leaves a bundle that proves what was erased, and a log that verifies [REC-15]', async () => {
    const run = await filledRun(custody)
    const [part = ''] = partsOf(custody, run)
    await erase('part', part)
    const one = await custody.verifiedBundle(run)
    expect(one).toMatchObject({ ok: true, counts: { parts: 3, disclosed: 2, erased: 1 } })
    await erase('run', run)
    const all = await custody.verifiedBundle(run)
    expect(all).toMatchObject({ ok: true, counts: { parts: 3, disclosed: 0, erased: 3 } })
    expect(await checkLog()).toMatchObject({ ok: true })
  })

  it('says of an erased part which entry erased it', async () => {
    const run = await filledRun(custody)
    const [part = '', other = ''] = partsOf(custody, run)
    const { entries } = await erase('part', part)
    const [entry] = entries as number[]
    const answer = await custody.api('GET', `/v1/parts/${part}`)
    expect(answer.json()).toMatchObject({
      code: 'vault.part-erased',
      detail: expect.stringContaining(`entry ${entry}`),
    })
    expect((await custody.api('GET', `/v1/parts/${other}`)).status).toBe(200)
  })

  it('twice is once', async () => {
    const run = await filledRun(custody)
    const first = await erase('run', run)
    const second = await erase('run', run)
    expect(second).toMatchObject({ state: 'erased', entries: first.entries, parts: 0 })
    const [part = ''] = partsOf(custody, run)
    expect(await erase('part', part)).toMatchObject({ entries: first.entries, parts: 0 })
  })

  it('is refused while the run is open', async () => {
    const opened = await openFilledRun(custody)
    const [part = ''] = partsOf(custody, opened.run)
    expect(await erase('run', opened.run)).toMatchObject({ code: 'retention.run-open', status: 409 })
    expect(await erase('part', part)).toMatchObject({ code: 'retention.run-open' })
    await custody.closeRun(opened)
  })

  it.each([
    ['run', 'run_00000000000000000000000000', 'run.unknown'],
    ['part', 'evt_00000000000000000000000000/task', 'vault.part-unknown'],
    ['part', '../../keys/vault.key', 'vault.part-unknown'],
    ['part', 'evt_1', 'vault.part-unknown'],
    ['person', 'per_00000000000000000000000000', 'retention.subject-unknown'],
    ['person', 'nobody@example.test', 'retention.subject-unknown'],
    ['class', '400d', 'server.request-invalid'],
  ])('of a %s called %s is refused', async (scope, subject, code) => {
    expect(await erase(scope, subject)).toMatchObject({ code })
  })

  it('does not touch signed records: they hold no body and prove the rest', async () => {
    const run = await filledRun(custody)
    using view = custody.durable()
    const record = view.ofKind('evidence.attached').find(({ data }) => data.of === run)
    expect(await erase('part', `${record?.id}/record`)).toMatchObject({ code: 'retention.not-erasable' })
  })

  it('is itself recorded in a signed statement that is in the log [REC-15]', async () => {
    const { entries, request } = await erase('run', await filledRun(custody))
    const [entry] = entries as number[]
    const answer = await custody.api('GET', `/v1/erasures/${entry}/record`)
    const { attestation, envelope } = answer.json()
    const { payload } = parseEnvelope(JSON.stringify(envelope)) ?? {}
    const statement = JSON.parse(Buffer.from(payload ?? []).toString()) as Record<string, unknown>
    expect(attestation).toBeGreaterThan(entry ?? 0)
    expect(statement).toMatchObject({
      predicateType: 'https://custody.dev/deletion-record/v1',
      subject: [{ name: `entry-${entry}` }],
      predicate: { entry, erased: { reason: 'secret-recorded', consent: 'only-person', request, count: 3 } },
    })
  })

  it('keeps the reason in words beside the ledger, not in it', async () => {
    const { request } = await erase('run', await filledRun(custody))
    const note = await custody.api('GET', `/v1/parts/${request}/note`)
    expect(note.body.toString()).toBe(WHY.note)
    using view = custody.durable()
    expect(view.entries().some(({ body }) => Buffer.from(body).includes(WHY.note))).toBe(false)
  })

  it('of any set of parts leaves bundle and log verifiable [REC-15]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 4 }), async (picks) => {
        const run = await filledRun(custody)
        const parts = partsOf(custody, run)
        const chosen = new Set(picks.map((pick) => parts[pick % parts.length] ?? ''))
        for (const part of chosen) expect((await erase('part', part)).state).toBe('erased')
        const report = await custody.verifiedBundle(run)
        expect(report).toMatchObject({ ok: true, counts: { parts: parts.length, erased: chosen.size } })
        expect(await checkLog()).toMatchObject({ ok: true })
      }),
      { numRuns: 5 },
    )
  })
})

describe('erasing, where there are others', () => {
  beforeAll(async () => {
    grace = await addPerson(custody, 'Grace')
  })

  const approve = async (request: unknown, session?: string) => {
    const answer = await custody.api('POST', `/v1/erasures/${String(request)}/approve`, undefined, session)
    return { status: answer.status, ...answer.json() } as Record<string, unknown>
  }

  it('waits until another person has approved it, and names both [REC-15]', async () => {
    const run = await filledRun(custody)
    const { state, request } = await erase('run', run)
    expect(state).toBe('requested')
    expect((await custody.verifiedBundle(run)).counts.erased).toBe(0)
    const listed = (await custody.api('GET', '/v1/erasures')).json() as { requests: { event: string }[] }
    expect(listed.requests.map(({ event }) => event)).toContain(request)
    expect(await approve(request, grace.session)).toMatchObject({ state: 'erased', parts: 3 })
    using view = custody.durable()
    expect(view.ofKind('part.erased').at(-1)).toMatchObject({
      actor: custody.person.person.id,
      data: { consent: 'second-person', approver: grace.id, request, runs: [run] },
    })
  })

  it('cannot be approved by whoever asked for it', async () => {
    const { request } = await erase('run', await filledRun(custody))
    expect(await approve(request)).toMatchObject({ code: 'retention.own-request', status: 403 })
  })

  it('cannot be approved by an agent or by nobody', async () => {
    const run = await custody.openRun()
    const { request } = await erase('run', await filledRun(custody))
    expect(await approve(request, run.token)).toMatchObject({ status: 401 })
    expect(await approve(request, '')).toMatchObject({ status: 401 })
    await custody.closeRun(run)
  })

  it('is approved once; again is the same', async () => {
    const { request } = await erase('run', await filledRun(custody))
    const first = await approve(request, grace.session)
    expect(await approve(request, grace.session)).toMatchObject({ entries: first.entries, parts: 0 })
  })

  it('cannot be approved when nobody asked', async () => {
    const unknown = await approve('evt_00000000000000000000000000', grace.session)
    expect(unknown).toMatchObject({ code: 'retention.request-unknown', status: 404 })
  })

  it('of a person takes every run of theirs and everything personal [REC-15]', async () => {
    const joan = await addPerson(custody, 'Joan')
    const runs = [await filledRun(custody, joan.session), await filledRun(custody, joan.session)]
    const kept = await filledRun(custody)
    const { request } = await erase('person', 'joan@example.test')
    expect(await approve(request, grace.session)).toMatchObject({ state: 'erased', parts: 6 })
    for (const run of runs) {
      const { sponsor, erasedBy } = (await custody.api('GET', `/v1/runs/${run}`)).json()
      expect({ sponsor, erasedBy }).toEqual({
        sponsor: { id: joan.id, name: '(erased)', email: '(erased)' },
        erasedBy: expect.any(Number),
      })
      expect((await custody.verifiedBundle(run)).ok).toBe(true)
    }
    expect((await custody.verifiedBundle(kept)).counts.erased).toBe(0)
    expect((await custody.api('GET', '/v1/whoami', undefined, joan.session)).status).toBe(401)
    expect(everyFile().some((bytes) => bytes.includes('joan@example.test'))).toBe(false)
  })
})
