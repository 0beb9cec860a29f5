import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { logFilesAt } from '../../src/recording/log-files/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import {
  parseVkey,
  parseWitnessPolicy,
  verifyBundle,
  verifyLog,
  type WitnessPolicy,
} from '../../src/recording/verify/index.ts'
import { createWitnessKey } from '../../src/recording/witness/index.ts'
import { startWitnessServer } from '../../src/server/index.ts'
import { RemoteKey } from '../fakes/remote-key.ts'
import { eventually } from '../support/eventually.ts'
import { RunningCustody } from '../support/running-custody.ts'

let stack: AsyncDisposableStack
let custody: RunningCustody
beforeEach(async () => {
  stack = new AsyncDisposableStack()
  custody = stack.use(await RunningCustody.prepare())
})
afterEach(() => stack.disposeAsync())

interface ShownKey {
  readonly use: string
  readonly keyId: string
  readonly vkey?: string
  readonly until?: number
}

async function keys(use: string): Promise<ShownKey[]> {
  const { keys } = (await custody.api('GET', '/v1/keys', undefined, '')).json() as { keys: ShownKey[] }
  return keys.filter((key) => key.use === use)
}

async function rotate(use: string): Promise<void> {
  const { status, body } = await custody.api('POST', '/v1/keys/rotate', { use })
  expect([status, body.toString()]).toEqual([200, expect.stringContaining(use)])
}

async function retire(use: string): Promise<void> {
  const [oldest] = (await keys(use)).filter(({ until }) => until === undefined)
  const { status } = await custody.api('POST', '/v1/keys/revoke', { key: oldest?.keyId, reason: 'retired' })
  expect(status).toBe(200)
}

async function recordedRun(): Promise<string> {
  const opened = await custody.openRun()
  await custody.closeRun(opened)
  return opened.run
}

async function bundleOf(run: string): Promise<Buffer> {
  const { status, body } = await custody.api('GET', `/v1/runs/${run}/bundle`)
  expect(status).toBe(200)
  return body
}

const publish = () => custody.api('POST', '/v1/log/publish', {})
const first = () => custody.person.vkey
const verifyPublished = (
  vkeys: readonly string[],
  more: { policy?: WitnessPolicy; oldCheckpoint?: Uint8Array } = {},
) => verifyLog(logFilesAt(custody.directory.log), { crypto: nodeCrypto, vkeys, ...more })

it('goes through rotations of both keys, and everything before and after verifies [REC-12]', async () => {
  await custody.start()
  const before = await recordedRun()
  const early = await bundleOf(before)
  await publish()
  const oldCheckpoint = readFileSync(join(custody.directory.log, 'checkpoint'))
  await rotate('log')
  await rotate('statements')
  await publish()
  const both = await keys('log')
  for (const { vkey } of both) expect((await verifyPublished([vkey ?? ''])).ok).toBe(true)
  const during = await recordedRun()
  expect(verifyBundle(await bundleOf(during), { crypto: nodeCrypto, pinnedVkeys: [first()] })).toMatchObject({
    ok: true,
    checks: { keys: { status: 'passed' } },
  })
  await retire('log')
  await retire('statements')
  // As after a crash or an upgrade: what counts is in the ledger.
  await custody.stop()
  await custody.start()
  const after = await recordedRun()
  await publish()
  expect(await verifyPublished([first()], { oldCheckpoint })).toMatchObject({ ok: true })
  expect((await verifyPublished([both[1]?.vkey ?? ''])).ok).toBe(true)
  for (const run of [before, during, after]) {
    const report = verifyBundle(await bundleOf(run), { crypto: nodeCrypto, pinnedVkeys: [first()] })
    expect(report.checks.keys).toMatchObject({ status: 'passed', problems: [] })
    expect(report.ok).toBe(true)
  }
  expect(verifyBundle(early, { crypto: nodeCrypto, pinnedVkeys: [first()] }).ok).toBe(true)
})

it('shows witnesses its log, publishes what they cosigned, and lets a workflow demand it [REC-12]', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'custody-test-witness-'))
  stack.defer(() => rmSync(directory, { recursive: true, force: true }))
  const { vkeyText } = await createWitnessKey(directory, 'witness.example/w1')
  const log = parseVkey(nodeCrypto.sha256, first())
  if (log === undefined) throw new Error('the ledger has no vkey')
  const start = () => startWitnessServer({ directory, host: '127.0.0.1', port: 0, logs: [log] })
  const witness = await start()
  const text = `witness w1 ${vkeyText} ${witness.url}\nquorum w1\n`
  writeFileSync(join(custody.directory.root, 'witness-policy.txt'), text)
  const parsed = parseWitnessPolicy(nodeCrypto.sha256, text)
  if (!parsed.ok) throw new Error('the policy does not parse')
  const { policy } = parsed
  const workflow = join(custody.directory.workflows, 'code-change.yaml')
  writeFileSync(workflow, readFileSync(workflow, 'utf8').replace('record:\n', 'record:\n  witnessed: 1m\n'))
  await custody.start({
    witness: { policy: 'witness-policy.txt', heartbeatMs: 60_000, alertAfterMs: 60_000 },
  })

  const bundle = await bundleOf(await recordedRun())
  expect(verifyBundle(bundle, { crypto: nodeCrypto, pinnedVkeys: [first()], policy })).toMatchObject({
    ok: true,
    witnesses: { status: 'passed' },
  })
  await publish()
  await eventually(
    'the published checkpoint is cosigned',
    async () => (await verifyPublished([first()], { policy })).checks.witnesses.status === 'passed',
  )
  const readyz = async () => (await custody.api('GET', '/readyz', undefined, '')).json()
  expect(await readyz()).toMatchObject({ status: 'ok', witnesses: 'ok' })
  const state = (await custody.api('GET', '/v1/witnesses')).json()
  expect(state).toMatchObject({ witnesses: [{ name: 'w1', contradicts: false }], late: false })

  await witness.close()
  await custody.stop()
  const quorum = join(custody.directory.journal, 'witnessed')
  writeFileSync(quorum, readFileSync(quorum, 'utf8').replace(/^\d+/, String(Date.now() - 3_600_000)))
  await custody.start({
    witness: { policy: 'witness-policy.txt', heartbeatMs: 60_000, alertAfterMs: 60_000 },
  })
  expect(await readyz()).toMatchObject({ status: 'ok', witnesses: 'late' })
  await expect(custody.openRun()).rejects.toThrow('witness.not-witnessed')
  await eventually('the late quorum is reported', () =>
    custody.reported.some((line) => /no quorum/.test(line)),
  )
})

it('ends runs while the key service is away, and signs their records when it is back', async () => {
  const service = stack.use(await RemoteKey.start('statements'))
  await custody.start({ keyServices: [service.as('kms', 500)] })
  const { status } = await custody.api('POST', '/v1/keys/rotate', { use: 'statements', service: 'kms' })
  expect(status).toBe(200)
  service.trouble = 'fails'
  const run = await recordedRun()
  expect((await custody.api('GET', `/v1/runs/${run}/bundle`)).status).toBeGreaterThanOrEqual(400)
  expect(custody.reported.join('\n')).toContain('signer-unavailable')
  service.trouble = 'none'
  await eventually(
    'the record is signed',
    async () => (await custody.api('GET', `/v1/runs/${run}/bundle`)).status === 200,
  )
  expect(verifyBundle(await bundleOf(run), { crypto: nodeCrypto, pinnedVkeys: [first()] }).ok).toBe(true)
})

it('measures itself without a word about anybody', async () => {
  await custody.start({ metricsToken: () => 'scrape-token' })
  const { run, token } = await custody.openRun('a secret task')
  await publish()
  const refused = await custody.api('GET', '/metrics', undefined, 'wrong')
  expect(refused.status).toBe(401)
  const answer = await custody.api('GET', '/metrics', undefined, 'scrape-token')
  const text = answer.body.toString()
  expect(answer.headers['content-type']).toContain('version=0.0.4')
  expect(text).toMatch(/^custody_runs_open 1$/m)
  expect(text).toMatch(/^custody_ledger_healthy 1$/m)
  expect(text).toMatch(/^custody_log_published_age_seconds \d/m)
  expect(text).not.toMatch(/^custody_witness_quorum_age_seconds /m)
  expect(text).not.toContain('{')
  for (const secret of [run, token, 'a secret task', custody.person.session, 'ada'])
    expect(text).not.toContain(secret)
})
