import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answered } from '../support/http-client.ts'
import { send } from '../support/http-client.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'

/** Every route that needs a session, called with a body of the wrong shape: who is not signed in learns no shape. */
const ROUTES = [
  ['GET', '/v1/whoami'],
  ['GET', '/v1/runs'],
  ['POST', '/v1/runs'],
  ['GET', '/v1/runs/run_00000000000000000000000000'],
  ['POST', '/v1/runs/run_00000000000000000000000000/observations'],
  ['POST', '/v1/runs/run_00000000000000000000000000/heartbeat'],
  ['POST', '/v1/runs/run_00000000000000000000000000/close'],
  ['GET', '/v1/runs/run_00000000000000000000000000/bundle'],
  ['GET', '/v1/commits/0123456789abcdef'],
  ['GET', '/v1/log/checkpoint'],
] as const

describe('the API', () => {
  let custody: RunningCustody
  let run: OpenedRun
  let stranger: string

  beforeAll(async () => {
    custody = await RunningCustody.start()
    run = await custody.openRun()
    const { identity } = custody.server.services
    const eve = { name: 'Eve', email: 'eve@example.test', emailVerified: true }
    const { id } = await identity.directory.add(eve, 'system')
    await identity.roleGrants.grant(id, { role: 'developer', scope: 'organisation' }, 'system')
    stranger = (await identity.sessions.start(id, { kind: 'cli', lifetimeMs: 60_000 })).token
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  const observe = (observation: object, opened = run, session?: string) =>
    custody.api('POST', `/v1/runs/${opened.run}/observations`, observation, session)
  const part = (name: string) => ({ name, type: 'text/plain', body: '' })
  const kinds = (opened = run) => {
    using view = custody.durable()
    return view.kinds(opened.run)
  }

  const expectProblem = (answer: Answered, status: number, code: string) => {
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ status, code, title: code, type: expect.stringMatching(/^https:/) })
    expect(answer.status).toBe(status)
  }

  it.each(ROUTES)('refuses %s %s without a session as an RFC 9457 problem [ID-1]', async (method, path) => {
    const body = method === 'POST' ? { wrong: true } : undefined
    expectProblem(await custody.api(method, path, body, ''), 401, 'identity.not-signed-in')
  })

  it.each([
    ['a wrong secret', `cst_session_${'A'.repeat(43)}`],
    ['a cut secret', 'cst_session_A'],
  ])('refuses %s [ID-1]', async (_what, session) => {
    expectProblem(await custody.api('GET', '/v1/whoami', undefined, session), 401, 'identity.not-signed-in')
  })

  it.each([
    ['observations', { kind: 'recording.gap', data: {}, parts: [] }],
    ['heartbeat', {}],
    ['close', { exitCode: 0, durationMs: 1 }],
  ])('lets nobody but the sponsor use %s of a run [ID-1]', async (route, body) => {
    const answer = await custody.api('POST', `/v1/runs/${run.run}/${route}`, body, stranger)
    expectProblem(answer, 403, 'run.not-sponsor')
    expect(kinds()).toEqual(['run.opened'])
  })

  it.each([
    'model.requested',
    'model.responded',
    'model.refused',
    'tool.called',
    'run.opened',
    'run.closed',
    'run.abandoned',
    'evidence.attached',
    'key.added',
    'identity.person-added',
    'made.up',
    '__proto__',
  ])('lets no wrapper add %s', async (kind) => {
    expectProblem(await observe({ kind, data: {}, parts: [] }), 400, 'run.bad-observation')
    expect(kinds()).toEqual(['run.opened'])
  })

  it.each([
    ['two parts of one name', { data: {}, parts: [part('patch'), part('patch')] }],
    ['a part named as a piece of a request', { data: {}, parts: [part('p0')] }],
    ['a number that is not whole', { data: { files: 1.5 }, parts: [] }],
    ['half a character', { data: { text: '\ud800' }, parts: [] }],
    ['null', { data: { text: null }, parts: [] }],
  ])('refuses an observation with %s', async (_what, observation) => {
    expectProblem(await observe({ kind: 'agent.configured', ...observation }), 400, 'run.bad-observation')
    expect(kinds()).toEqual(['run.opened'])
  })

  it('refuses an observation that is too large for an entry, and goes on', async () => {
    const data = { text: 'x'.repeat(70_000) }
    expectProblem(await observe({ kind: 'recording.gap', data, parts: [] }), 413, 'ledger.entry-too-large')
    const other = await custody.openRun()
    expect((await observe({ kind: 'recording.gap', data: {}, parts: [] }, other)).status).toBe(201)
  })

  it('refuses everything after a run has ended', async () => {
    const ended = await custody.openRun()
    expect((await custody.closeRun(ended)).status).toBe(200)
    expectProblem(await observe({ kind: 'recording.gap', data: {}, parts: [] }, ended), 409, 'run.closed')
    expectProblem(await custody.closeRun(ended), 409, 'run.closed')
    expect(kinds(ended)).toEqual(['run.opened', 'run.closed'])
  })

  it('closes a run once when two ask at once', async () => {
    const contested = await custody.openRun()
    const answers = await Promise.all([custody.closeRun(contested), custody.closeRun(contested)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(kinds(contested)).toEqual(['run.opened', 'run.closed'])
  })

  it('records the exact task, and that it was the sponsor who asked [REC-1] [ID-1]', async () => {
    const task = 'Grüße\r\n\t"quoted" 😀\n\n'
    const opened = await custody.openRun(task)
    const parts = await custody.parts(opened.run)
    expect(parts.get('run.opened/task')?.toString()).toBe(task)
    using view = custody.durable()
    const [event] = view.events(opened.run)
    expect([event?.actor, event?.data.sponsor]).toEqual([custody.person.person.id, custody.person.person.id])
  })

  it('opens no run under a workflow that does not exist', async () => {
    const body = { workflow: 'nothing', task: '', agentKind: 'generic', repositories: 0 }
    const answer = await custody.api('POST', '/v1/runs', body)
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it.each([
    ['/v1/nothing', 404, 'server.route-unknown'],
    ['/v1/runs/run_short', 400, 'server.request-invalid'],
    ['/v1/runs/run_00000000000000000000000000', 404, 'run.unknown'],
    ['/v1/runs/run_00000000000000000000000000/bundle', 404, 'run.unknown'],
  ])('answers %s with a problem', async (path, status, code) => {
    expectProblem(await custody.api('GET', path), status, code)
  })

  it.each(['{"workflow":', '', 'null', '[]'])('answers the body %j with a problem', async (body) => {
    const answer = await send(`${custody.url}/v1/runs`, {
      headers: { authorization: `Bearer ${custody.person.session}`, 'content-type': 'application/json' },
      body,
    })
    expectProblem(answer, 400, 'server.request-invalid')
  })

  it('reports nothing of all that as a defect of its own', () => {
    expect(custody.reported).toEqual([])
  })
})
