import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  PERMISSION_NAMES,
  permissionRow,
  ROLES,
  type Role,
  SERVICE_ROLES,
} from '../../src/governing/identity/index.ts'
import type { Route } from '../../src/server/route.ts'
import { ROUTES } from '../../src/server/routes.ts'
import { type Answered, send } from '../support/http-client.ts'
import { addPersonWith, addServiceWith } from '../support/people.ts'
import { RunningCustody } from '../support/running-custody.ts'

const CLOSED = ROUTES.filter(({ permission }) => permission !== 'public')
const named = ({ method, path }: Route) => `${method} ${path}`

/** Well formed, and of nothing there is. */
function pathOf({ path }: Route): string {
  const id = '0'.repeat(26)
  const values: Readonly<Record<string, string>> = {
    run: `run_${id}`,
    person: `per_${id}`,
    team: `tem_${id}`,
    service: `svc_${id}`,
    session: `ses_${id}`,
    token: `key_${id}`,
    grant: `grt_${id}`,
    event: `evt_${id}`,
    request: `evt_${id}`,
    hold: `evt_${id}`,
    sha: 'abcdef0',
    name: 'task',
    workflow: 'no-such-workflow',
    entry: '0',
    index: '0',
  }
  return path.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? '0').replace('*', 'x')
}

describe('the table of permissions', () => {
  let custody: RunningCustody
  const credentials = new Map<Role | 'nobody', string>()

  beforeAll(async () => {
    custody = await RunningCustody.start()
    for (const role of ROLES) credentials.set(role, (await addPersonWith(custody, role, [role])).session)
    for (const role of SERVICE_ROLES)
      credentials.set(role, (await addServiceWith(custody, role, [role])).token)
    credentials.set('nobody', (await addPersonWith(custody, 'nobody')).session)
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  const call = (route: Route, credential: string): Promise<Answered> =>
    send(`${custody.url}${pathOf(route)}`, {
      method: route.method,
      headers: credential === '' ? {} : { authorization: `Bearer ${credential}` },
    })
  const isRefused = async (route: Route, credential: string) => {
    const { status, body } = await call(route, credential)
    return status === 403 && body.includes('identity.not-permitted')
  }
  const refusedAmong = async (routes: readonly Route[], credential: string) => {
    const refused: string[] = []
    for (const route of routes) if (await isRefused(route, credential)) refused.push(named(route))
    return refused
  }

  it('is what every route names a row of, and has no row that no route names', () => {
    const used = new Set<string>(ROUTES.map(({ permission }) => permission))
    const unused = PERMISSION_NAMES.filter((name) => !used.has(name))
    expect(ROUTES.filter(({ permission }) => !permission).map(named)).toEqual([])
    expect(unused).toEqual([])
  })

  it('leaves only one’s own affairs to persons without a role', () => {
    const own = ROUTES.filter(({ permission }) => permission === 'person').map(({ path }) => path)
    const affairs =
      /^\/v1\/(whoami|sessions|sign-in|sign-out|logout|device|me|runs\/:run\/(observations|heartbeat|close))/
    expect(own.filter((path) => !affairs.test(path))).toEqual([])
  })

  it.each([...ROLES, ...SERVICE_ROLES])(
    'lets %s call what it says and nothing else [SEC-3]',
    async (role) => {
      const isService = (SERVICE_ROLES as readonly string[]).includes(role)
      const expected = CLOSED.filter(({ permission }) => {
        if (permission === 'person') return isService
        return permission !== 'public' && !permissionRow(permission).roles.includes(role)
      })
      expect(await refusedAmong(CLOSED, credentials.get(role) ?? '')).toEqual(expected.map(named))
    },
  )

  it('lets a person without a role do nothing but their own affairs', async () => {
    const expected = CLOSED.filter(({ permission }) => permission !== 'person').map(named)
    expect(await refusedAmong(CLOSED, credentials.get('nobody') ?? '')).toEqual(expected)
  })

  it.each([
    ['nothing', ''],
    ['rubbish', 'rubbish'],
    ['a session that never was', `cst_session_${'A'.repeat(43)}`],
    ['a service token that never was', `cst_service_${'A'.repeat(43)}`],
  ])('answers 401 to %s at every route that is not public', async (_, credential) => {
    for (const route of CLOSED)
      expect([named(route), (await call(route, credential)).status]).toEqual([named(route), 401])
  })

  it('answers 401 to a run token at every route that is not public [ID-3]', async () => {
    const { token } = await custody.openRun()
    for (const route of CLOSED) {
      const { status, body } = await call(route, token)
      expect([named(route), status]).toEqual([named(route), 401])
      expect(body.toString()).not.toContain(token)
    }
  })

  it('lets no service account do what a person must answer for, whatever it holds [OWN-1]', async () => {
    const { roleGrants, serviceAccounts } = custody.server.services.identity
    const { id } = await serviceAccounts.add('greedy', 'system')
    const grants = (['developer', 'approver', 'operator', 'administrator'] as const).map((role) =>
      roleGrants.grant(id, { role, scope: 'organisation' }, 'system'),
    )
    const settled = await Promise.allSettled(grants)
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
  })

  it('records what was refused, counted and not once per attempt [SEC-4]', async () => {
    const { session, id } = await addPersonWith(custody, 'Mallory')
    await custody.server.services.identity.denials.flush()
    for (let i = 0; i < 20; i++) await custody.api('GET', '/v1/persons', undefined, session)
    await custody.server.services.identity.denials.flush()
    const entries = await custody.server.services.ledger.entriesOfKind('identity.denied')
    const mine = entries
      .map(({ body }) => JSON.parse(Buffer.from(body).toString()) as { actor: string; data: object })
      .filter(({ actor }) => actor === id)
    expect(mine.map(({ data }) => data)).toEqual([
      { code: 'identity.not-permitted', of: 'GET /v1/persons', count: 1 },
      { code: 'identity.not-permitted', of: 'GET /v1/persons', count: 19 },
    ])
  })
})
