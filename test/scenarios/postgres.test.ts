import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { eventually } from '../support/eventually.ts'
import { filledRun, START, startForgetful } from '../support/forgetful-custody.ts'
import { createDatabase, dropDatabase, execute } from '../support/postgres/databases.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'

const MESSAGES = '/anthropic/v1/messages'
const ANSWER = JSON.stringify({
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'done' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 5, output_tokens: 2 },
})

describe('two servers of one ledger in PostgreSQL', () => {
  let url: string
  let upstream: RawUpstream
  let one: RunningCustody
  let two: RunningCustody
  let otherRoot: string

  beforeAll(async () => {
    url = await createDatabase(inject('postgresUrl'))
    upstream = await startRawUpstream(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER)
    })
    const options = { upstream: upstream.url, settings: { database: url } }
    one = await RunningCustody.start(options)
    otherRoot = await mkdtemp(join(tmpdir(), 'custody-test-'))
    for (const path of ['keys', 'workflows', 'custody.yaml']) {
      await cp(join(one.directory.root, path), join(otherRoot, 'data', path), { recursive: true })
    }
    const settings = { database: url, node: 'n2' }
    two = RunningCustody.existing(otherRoot, one.person, { ...options, settings })
    await two.start()
  })
  afterAll(async () => {
    await two.stop(0)
    await one[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
    await dropDatabase(url)
    await rm(otherRoot, { recursive: true, force: true })
  })

  const call = (custody: RunningCustody, { token }: OpenedRun, text: string) =>
    custody.call(MESSAGES, token, {
      body: JSON.stringify({
        model: 'claude-sonnet-4-5',
        max_tokens: 10,
        messages: [
          { role: 'user', content: 'the same beginning for every call' },
          { role: 'user', content: text },
        ],
      }),
    })

  it('records a run from its opening to a bundle that verifies offline', async () => {
    const run = await one.openRun()
    expect((await call(one, run, 'hello')).status).toBe(200)
    expect((await one.closeRun(run)).status).toBe(200)
    expect((await one.api('GET', `/v1/runs/${run.run}`)).json()).toMatchObject({
      status: 'closed',
      modelCalls: 1,
      outputTokens: 2,
    })
    expect((await one.verifiedBundle(run.run)).ok).toBe(true)
    expect((await two.verifiedBundle(run.run)).ok).toBe(true)
  })

  it('takes the calls of a run at whichever server they come to', async () => {
    const run = await one.openRun()
    for (const [i, server] of [one, two, two, one, two].entries()) {
      expect((await call(server, run, `turn ${i}`)).status).toBe(200)
    }
    expect((await two.closeRun(run)).status).toBe(200)
    expect((await call(one, run, 'too late')).status).toBeGreaterThanOrEqual(400)
    expect((await one.api('GET', `/v1/runs/${run.run}`)).json()).toMatchObject({ modelCalls: 5 })
    expect((await one.verifiedBundle(run.run)).ok).toBe(true)
    const rows = await execute(
      url,
      `SELECT name, count(*)::int AS times FROM parts
      WHERE run = '${run.run}' AND name ~ '^p[0-9]+$' GROUP BY name HAVING count(*) > 1`,
    )
    expect(rows).toEqual([])
  })

  it('ends a run that no server hears of any more, and none that another one hears of', async () => {
    const abandonAfterMs = 600
    const [heard, silent] = [await one.openRun(), await one.openRun()]
    await two.stop(0)
    await two.start({ abandonAfterMs })
    const status = async ({ run }: OpenedRun) => (await two.api('GET', `/v1/runs/${run}`)).json().status
    const sweep = () => one.server.services.runs.abandonSilent(abandonAfterMs)
    await eventually('the silent run ends', async () => {
      await one.api('POST', `/v1/runs/${heard.run}/heartbeat`)
      await sweep()
      return (await status(silent)) === 'abandoned'
    })
    expect(await status(heard)).toBe('open')
    expect((await two.closeRun(heard)).status).toBe(200)
  })

  it('goes on after the database ended its connections', async () => {
    const run = await one.openRun()
    await execute(
      url,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    expect((await call(one, run, 'after')).status).toBe(200)
    expect((await two.closeRun(run)).status).toBe(200)
    expect((await one.verifiedBundle(run.run)).ok).toBe(true)
  })

  it('refuses the keys of another ledger', async () => {
    const settings = { database: url }
    await expect(RunningCustody.prepare({ settings })).rejects.toMatchObject({ code: 'ledger.contradiction' })
  })
})

describe('forgetting in PostgreSQL', () => {
  it('erases a run, and what a workflow kept long enough, and leaves bundles that verify [REC-15]', async () => {
    const url = await createDatabase(inject('postgresUrl'))
    const { custody, clock } = await startForgetful({ settings: { database: url } })
    await using _ = custody
    const [asked, expired, held] = [
      await filledRun(custody),
      await filledRun(custody),
      await filledRun(custody),
    ]
    const why = { reason: 'secret-recorded', note: 'A key was in the prompt.' }
    const erased = await custody.api('POST', '/v1/erasures', { scope: 'run', subject: asked, ...why })
    expect(erased.json()).toMatchObject({ state: 'erased', parts: 3 })
    const hold = { scope: 'run', subject: held, reason: 'A court asked for it.' }
    expect((await custody.api('POST', '/v1/holds', hold)).status).toBeLessThan(300)
    clock.forwardDays(401)
    const { forgetting } = custody.server.services
    expect(await forgetting.sweep({ confirmClock: true })).toMatchObject({ runs: 1, parts: 3 })
    // The session of the one who asks would have expired as well.
    clock.set(START)
    for (const [run, gone] of [
      [asked, 3],
      [expired, 3],
      [held, 0],
    ] as const) {
      const { ok, counts } = await custody.verifiedBundle(run)
      expect([ok, counts.erased]).toEqual([true, gone])
    }
  })
})
