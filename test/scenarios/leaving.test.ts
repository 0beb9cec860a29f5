import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { addPersonWith, type SignedInPerson } from '../support/people.ts'
import { RunningCustody } from '../support/running-custody.ts'

let upstream: RawUpstream
let custody: RunningCustody
let grace: SignedInPerson

beforeEach(async () => {
  upstream = await startRawUpstream(({ response }) => response.end('{}'))
  custody = await RunningCustody.start({ upstream: upstream.url })
  grace = await addPersonWith(custody, 'Grace', ['developer'])
})
afterEach(async () => {
  await custody[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

const body = '{"model":"m","messages":[],"contents":[]}'
const call = (token: string) => custody.call('/anthropic/v1/messages', token, { method: 'POST', body })
const deactivate = (id: string) => custody.api('POST', `/v1/persons/${id}/deactivate`, { reason: 'left' })
const dataOf = async (kind: string) =>
  (await custody.server.services.ledger.entriesOfKind(kind)).map(
    (entry) => (JSON.parse(Buffer.from(entry.body).toString()) as { data: Record<string, unknown> }).data,
  )

describe('when somebody leaves', () => {
  it('the agent’s next call is refused with a sentence that it shows [ID-4]', async () => {
    const { token } = await custody.openRun('Fix it', grace.session)
    expect((await call(token)).status).toBe(200)
    expect((await deactivate(grace.id)).status).toBe(200)
    const before = upstream.calls.length
    const answer = await call(token)
    expect(answer.status).toBe(403)
    expect(answer.body.toString()).toMatch(
      /gateway\.sponsor-inactive.*answers for this run is no longer active/,
    )
    expect(upstream.calls.length).toBe(before)
  })

  it('their open runs end, sealed and with a signed record that verifies [ID-4]', async () => {
    const { run } = await custody.openRun('Fix it', grace.session)
    await deactivate(grace.id)
    using view = custody.durable()
    expect(view.events(run).at(-1)).toMatchObject({
      kind: 'run.abandoned',
      data: { reason: 'sponsor-inactive' },
    })
    expect((await custody.verifiedBundle(run)).ok).toBe(true)
    expect(await dataOf('exception.raised')).toEqual([{ cause: 'sponsor-inactive', run, person: grace.id }])
  })

  it('their sessions end [SEC-1]', async () => {
    await deactivate(grace.id)
    expect((await custody.api('GET', '/v1/whoami', undefined, grace.session)).status).toBe(401)
  })

  it('their workflows are flagged once and open no runs until somebody else owns them [ID-4] [OWN-1]', async () => {
    const file = join(custody.directory.workflows, 'code-change.yaml')
    const policy = await readFile(file, 'utf8')
    await writeFile(file, policy.replaceAll('ada@example.test', 'grace@example.test'))
    await deactivate(grace.id)
    await custody.server.services.leavers.check()
    expect(await dataOf('workflow.flagged')).toEqual([
      { workflow: 'code-change', person: grace.id, reason: 'owner-inactive' },
    ])
    await expect(custody.openRun()).rejects.toThrow('identity.owner-inactive')
    await writeFile(file, policy)
    expect((await custody.openRun()).run).toMatch(/^run_/)
  })

  it('a server that died before it ended their runs ends them at its next start', async () => {
    const { run } = await custody.openRun('Fix it', grace.session)
    const { leavers, identity } = custody.server.services
    await leavers.close()
    await identity.directory.deactivate(grace.id, 'left', 'system')
    await custody.stop()
    await custody.start()
    using view = custody.durable()
    expect(view.events(run).at(-1)).toMatchObject({ data: { reason: 'sponsor-inactive' } })
  })

  it('the last administrator stays', async () => {
    const answer = await deactivate(custody.person.person.id)
    expect(answer.json()).toMatchObject({ status: 409, code: 'identity.last-administrator' })
  })
})

describe('a run that an operator stops', () => {
  it('ends, and its token opens nothing', async () => {
    const operator = await addPersonWith(custody, 'Olga', ['operator'])
    const { run, token } = await custody.openRun('Fix it', grace.session)
    const stopped = await custody.api('POST', `/v1/runs/${run}/stop`, undefined, operator.session)
    expect(stopped.json()).toMatchObject({ run, status: 'abandoned' })
    expect((await call(token)).body.toString()).toContain('gateway.run-stopped')
  })
})

describe('a workflow that would record less', () => {
  const lower = async () => {
    await custody.openRun()
    const file = join(custody.directory.workflows, 'code-change.yaml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('retention: 400d', 'retention: 30d'))
  }
  const post = (what: string, session: string) =>
    custody.api('POST', `/v1/workflows/code-change/recording/${what}`, undefined, session)

  it('opens no run until one person asked for it and another agreed [SEC-4]', async () => {
    const operator = await addPersonWith(custody, 'Olga', ['operator'])
    await lower()
    await expect(custody.openRun()).rejects.toThrow('recording-level.lowered')
    const ada = custody.person.session
    expect((await post('approve', operator.session)).json()).toMatchObject({
      code: 'recording-level.not-asked',
    })
    expect((await post('ask', ada)).json()).toEqual({ state: 'asked' })
    expect((await post('approve', ada)).json()).toMatchObject({ code: 'recording-level.own-request' })
    expect((await post('approve', grace.session)).json()).toMatchObject({ code: 'identity.not-permitted' })
    expect((await post('approve', operator.session)).json()).toEqual({ state: 'applied' })
    expect((await custody.openRun()).run).toMatch(/^run_/)
    expect(await dataOf('config.changed')).toMatchObject([
      { what: 'recording', state: 'asked' },
      { what: 'recording', state: 'applied', consent: 'second-person', askedBy: custody.person.person.id },
    ])
  })

  it('says in the record that there was nobody else to agree', async () => {
    await deactivate(grace.id)
    await lower()
    expect((await post('ask', custody.person.session)).json()).toEqual({ state: 'applied' })
    expect(await dataOf('config.changed')).toMatchObject([{ state: 'applied', consent: 'only-person' }])
  })
})

describe('an auditor', () => {
  it('reads every run, and its bodies only by a disclosure that is recorded [SEC-4]', async () => {
    const auditor = await addPersonWith(custody, 'Iris', ['auditor'])
    const opened = await custody.openRun('The secret task', grace.session)
    await custody.api('POST', `/v1/runs/${opened.run}/close`, { exitCode: 0, durationMs: 1 }, grace.session)
    const story = () => custody.api('GET', `/v1/runs/${opened.run}`, undefined, auditor.session)
    const bundle = (query = '') =>
      custody.api('GET', `/v1/runs/${opened.run}/bundle${query}`, undefined, auditor.session)
    expect((await story()).json()).toMatchObject({ withheld: true, task: '' })
    expect((await bundle()).json()).toMatchObject({ code: 'identity.parts-withheld' })
    expect((await bundle('?withhold=parts')).status).toBe(200)

    const wish = { person: auditor.id, scope: `run:${opened.run}`, reason: 'Sample 4', days: 1 }
    expect((await custody.api('POST', '/v1/disclosures', wish)).status).toBe(201)
    expect((await story()).json()).toMatchObject({ withheld: false, task: 'The secret task' })
    expect((await bundle()).status).toBe(200)
    expect(await dataOf('record.read')).toEqual([{ of: opened.run }])
  })
})

describe('what a role does not reach', () => {
  it('is not in lists either', async () => {
    const seen = await addPersonWith(custody, 'Vera', [{ role: 'viewer', scope: 'workflow:other' }])
    const { run } = await custody.openRun()
    const list = await custody.api('GET', '/v1/runs', undefined, seen.session)
    expect(list.json()).toMatchObject({ runs: [] })
    const one = await custody.api('GET', `/v1/runs/${run}`, undefined, seen.session)
    expect(one.json()).toMatchObject({ status: 403, code: 'identity.not-permitted' })
  })
})
