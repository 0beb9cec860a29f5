import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answered } from '../support/http-client.ts'
import { RunningCustody } from '../support/running-custody.ts'
import { newUser, ScimClient, type ToldUser } from '../support/scim-client.ts'

const GENEROUS = { share: 1, windowMs: 3_600_000, atLeast: 1000 }
const NOBODY = 'per_00000000000000000000000000'

describe('users of the company’s directory', () => {
  let custody: RunningCustody
  let directory: ScimClient

  beforeAll(async () => {
    custody = await RunningCustody.start({ settings: { scim: { limit: GENEROUS } } })
    directory = await ScimClient.of(custody)
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  const told = async (id: string) =>
    (await directory.call('GET', `/Users/${id}`)).json() as unknown as ToldUser
  const personOf = (id: string) => custody.server.services.identity.person(id)
  const expectRefused = (answer: Answered, status: number, scimType?: string, code?: string) => {
    expect(answer.headers['content-type']).toContain('application/scim+json')
    expect(answer.json()).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      ...(code === undefined ? {} : { code }),
    })
    expect(answer.status).toBe(status)
  }

  it('makes a person of a user [SEC-2]', async () => {
    const answer = await directory.call('POST', '/Users', newUser('anna', { externalId: '00u1' }))
    expect(answer.status).toBe(201)
    const user = answer.json() as unknown as ToldUser
    expect(answer.headers.location).toBe(`/scim/v2/Users/${user.id}`)
    expect(answer.headers.etag).toBe(user.meta.version)
    expect(user).toMatchObject({ userName: 'anna@example.test', externalId: '00u1', active: true })
    expect(await personOf(user.id)).toMatchObject({
      name: 'anna Example',
      email: 'anna@example.test',
      active: true,
    })
  })

  it('lets nobody in without the token of a provisioner [SEC-2]', async () => {
    const answers = await Promise.all([
      directory.call('GET', '/Users', undefined, { authorization: 'Bearer nothing' }),
      directory.call('GET', '/Users', undefined, { authorization: `Bearer ${custody.person.session}` }),
    ])
    expectRefused(answers[0], 401, undefined, 'identity.not-signed-in')
    expectRefused(answers[1], 403, undefined, 'identity.not-permitted')
  })

  it('takes a userName for the same in any case [SEC-2]', async () => {
    await directory.user('berta')
    const again = newUser('other', { userName: 'BERTA@example.TEST' })
    expectRefused(await directory.call('POST', '/Users', again), 409, 'uniqueness', 'scim.taken')
    const found = await directory.find('Users', { filter: 'USERNAME EQ "Berta@Example.test"' })
    expect(found.json()).toMatchObject({ totalResults: 1, Resources: [{ userName: 'berta@example.test' }] })
  })

  it('refuses an address that another person has', async () => {
    const carl = await directory.user('carl')
    const claim = newUser('claimer', { emails: [{ value: 'Carl@example.test', primary: true }] })
    expectRefused(await directory.call('POST', '/Users', claim), 409, 'uniqueness')
    const dora = await directory.user('dora')
    const moved = await directory.patch(`/Users/${dora.id}`, {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'carl@example.test',
    })
    expectRefused(moved, 409, 'uniqueness', 'identity.email-taken')
    expect((await personOf(dora.id))?.email).toBe('dora@example.test')
    expect((await personOf(carl.id))?.email).toBe('carl@example.test')
  })

  it('takes over a person that Custody knows by the same address', async () => {
    const { id, email } = custody.person.person
    const user = await directory.user('ada', { emails: [{ value: email, primary: true }] })
    expect(user.id).toBe(id)
  })

  it.each([
    ['Okta’s PATCH without a path', { op: 'replace', value: { active: false } }],
    ['Entra’s text for a boolean', { op: 'Replace', path: 'active', value: 'False' }],
    ['Entra’s value without a path', { op: 'Replace', value: { active: 'False', 'name.givenName': 'X' } }],
    [
      'a path with the URN',
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false },
    ],
  ])('deactivates with %s [SEC-2]', async (_what, operation) => {
    const user = await directory.user(`leaver-${Math.abs(hash(_what))}`)
    const answer = await directory.patch(`/Users/${user.id}`, operation)
    expect([answer.status, answer.json().active]).toEqual([200, false])
    expect((await personOf(user.id))?.active).toBe(false)
  })

  it('deactivates with PUT, and reactivates [SEC-2]', async () => {
    const { id } = await directory.user('emil')
    await directory.call('PUT', `/Users/${id}`, newUser('emil', { active: false }))
    expect((await personOf(id))?.active).toBe(false)
    const back = await directory.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'True' })
    expect(back.json()).toMatchObject({ active: true })
    expect((await personOf(id))?.active).toBe(true)
  })

  it('does not let in again whom an administrator put out', async () => {
    const { id } = await directory.user('frieda')
    await custody.server.services.identity.directory.deactivate(id, 'compromised', 'system')
    expect((await told(id)).active).toBe(false)
    const answer = await directory.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true })
    expectRefused(answer, 409, undefined, 'scim.deactivated-here')
  })

  it('ends sessions, runs and the agent’s next call when the directory deactivates their sponsor [SEC-2]', async () => {
    const { identity, ledger } = custody.server.services
    const { id } = await directory.user('gustav')
    await identity.roleGrants.grant(
      id as `per_${string}`,
      { role: 'developer', scope: 'organisation' },
      'system',
    )
    const session = await identity.sessions.start(id as `per_${string}`, { kind: 'cli', lifetimeMs: 60_000 })
    const run = await custody.openRun('Do it', session.token)
    await directory.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })
    expect((await custody.api('GET', '/v1/whoami', undefined, session.token)).status).toBe(401)
    const call = await custody.call('/anthropic/v1/messages', run.token, {
      body: '{"model":"m","messages":[]}',
    })
    expect(call.status).toBe(403)
    await custody.server.services.leavers.settled()
    using view = custody.durable()
    expect(view.kinds(run.run).at(-1)).toBe('run.abandoned')
    expect(view.ofKind('exception.raised').map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ run: run.run, person: id }),
    )
    expect(await ledger.size()).toBeGreaterThan(0)
  })

  it('forgets a deleted user and keeps the person deactivated [SEC-2]', async () => {
    const { id } = await directory.user('heidi', { externalId: 'h-1' })
    expect((await directory.call('DELETE', `/Users/${id}`)).status).toBe(204)
    expectRefused(await directory.call('GET', `/Users/${id}`), 404, undefined, 'scim.unknown')
    expectRefused(await directory.call('DELETE', `/Users/${id}`), 404)
    expect((await personOf(id))?.active).toBe(false)
    const found = await directory.find('Users', { filter: 'userName eq "heidi@example.test"' })
    expect(found.json()).toMatchObject({ totalResults: 0, Resources: [] })
  })

  it('knows a deleted user again by externalId and address, and nobody else by the address alone', async () => {
    const { id } = await directory.user('ida', { externalId: 'i-1' })
    await directory.call('DELETE', `/Users/${id}`)
    const other = await directory.call('POST', '/Users', newUser('ida', { externalId: 'i-2' }))
    expectRefused(other, 409, 'uniqueness', 'scim.taken')
    expect((await directory.user('ida', { externalId: 'i-1' })).id).toBe(id)
    expect((await personOf(id))?.active).toBe(true)
  })

  it('refuses a change of a version that is not the current one with 412', async () => {
    const { id, meta } = await directory.user('jana')
    const path = `/Users/${id}`
    const rename = { Operations: [{ op: 'replace', path: 'displayName', value: 'Jana' }] }
    const first = await directory.call('PATCH', path, rename, { 'if-match': meta.version })
    expect(first.status).toBe(200)
    expect(first.headers.etag).not.toBe(meta.version)
    for (const method of ['PATCH', 'PUT', 'DELETE']) {
      const body = method === 'PATCH' ? rename : method === 'PUT' ? newUser('jana') : undefined
      const answer = await directory.call(method, path, body, { 'if-match': meta.version })
      expectRefused(answer, 412, undefined, 'scim.version-differs')
    }
    const known = await directory.call('GET', path, undefined, { 'if-none-match': first.headers.etag ?? '' })
    expect([known.status, known.body.length]).toEqual([304, 0])
  })

  it.each([
    ['GET', undefined],
    ['PUT', newUser('nobody')],
    ['PATCH', { Operations: [{ op: 'add', path: 'displayName', value: 'x' }] }],
    ['DELETE', undefined],
  ])('answers %s of an unknown id with 404', async (method, body) => {
    expectRefused(await directory.call(method, `/Users/${NOBODY}`, body), 404, undefined, 'scim.unknown')
    expectRefused(await directory.call(method, '/Users/%27%20OR%201', body), 404, undefined, 'scim.unknown')
  })

  it.each([
    ['no userName', { userName: undefined }, 'invalidValue'],
    ['no address at all', { userName: 'no-address', emails: [] }, 'invalidValue'],
    ['a user name that is a list', { userName: ['a'] }, 'invalidValue'],
    ['active that is neither', { active: 'perhaps' }, 'invalidValue'],
    ['control characters', { displayName: 'a\u0000b' }, 'invalidValue'],
    ['half a character', { displayName: 'a\ud800' }, 'invalidValue'],
    ['a huge name', { displayName: 'x'.repeat(5000) }, 'invalidValue'],
  ])('refuses a user with %s', async (_what, more, scimType) => {
    expectRefused(await directory.call('POST', '/Users', newUser('bad', more)), 400, scimType)
  })

  it.each([
    '{"userName":',
    'null',
    '[]',
    '"x"',
    '{"__proto__":{"active":false},"userName":"p@example.test"}',
  ])('refuses the body %s', async (body) => {
    expectRefused(await directory.raw('POST', '/Users', body), 400, 'invalidSyntax')
  })

  it('takes what others keep and does not store it', async () => {
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
    const user = await directory.user('karl', { title: 'Secret title', [enterprise]: { department: 'Tax' } })
    const answer = await directory.patch(
      `/Users/${user.id}`,
      { op: 'Add', path: `${enterprise}:department`, value: 'Sales' },
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+49 30 1' },
      { op: 'Replace', path: 'title', value: 'Boss' },
    )
    expect(answer.status).toBe(200)
    expect(answer.body.toString()).not.toMatch(/Secret|Boss|Sales|Tax|\+49/)
  })

  it('shows the attributes that are asked for, and the id always', async () => {
    const { id } = await directory.user('lisa')
    const some = await directory.call('GET', `/Users/${id}?attributes=userName,name.givenName`)
    expect(Object.keys(some.json()).toSorted()).toEqual(['id', 'name', 'schemas', 'userName'])
    expect(some.json().name).toEqual({ givenName: 'lisa' })
    const rest = await directory.call('GET', `/Users/${id}?excludedAttributes=emails,id`)
    expect(rest.json()).toMatchObject({ id })
    expect(rest.json()).not.toHaveProperty('emails')
  })

  it.each([
    '(',
    'userName eq',
    'userName eq "a" or',
    'userName is "a"',
    'userName eq a',
    'userName eq "a',
    'password eq "x"',
    '__proto__ eq "x"',
    'constructor.name eq "x"',
    'emails[__proto__ eq "x"]',
    'nothing[a eq "b"]',
    `${'('.repeat(500)}userName pr${')'.repeat(500)}`,
    `userName eq "${'x'.repeat(5000)}"`,
    Array.from({ length: 200 }, () => 'active eq true').join(' or '),
  ])('refuses the filter %.40s', async (filter) => {
    expectRefused(await directory.find('Users', { filter }), 400, 'invalidFilter', 'scim.filter-malformed')
  })

  it('makes one of two users that come at the same moment', async () => {
    const answers = await Promise.all([1, 2].map(() => directory.call('POST', '/Users', newUser('twin'))))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  })

  it('goes on with a user whose creation was cut short', async () => {
    const link = { provider: 'scim:directory', subject: 'cut', verified: true }
    const person = { name: 'Cut', email: 'cut@example.test', emailVerified: true, externalIds: [link] }
    const { id } = await custody.server.services.identity.directory.add(person, 'system')
    expect((await directory.user('cut')).id).toBe(id)
  })

  it('deactivates the human a user was merged into', async () => {
    const [one, other] = [await directory.user('maria'), await directory.user('mary')]
    await custody.server.services.identity.directory.merge(one.id, other.id, 'system')
    expect(await told(one.id)).toMatchObject({ id: one.id, active: true })
    await directory.patch(`/Users/${one.id}`, { op: 'Replace', path: 'active', value: 'False' })
    expect((await personOf(other.id))?.active).toBe(false)
    expect((await told(one.id)).active).toBe(false)
  })

  it('keeps nothing of a person who is erased', async () => {
    const { id } = await directory.user('erased')
    const { identity, ledger } = custody.server.services
    await ledger.write(identity.forgetting(id))
    expectRefused(await directory.call('GET', `/Users/${id}`), 404)
    const found = await directory.find('Users', { filter: 'userName eq "erased@example.test"' })
    expect(found.json()).toMatchObject({ totalResults: 0 })
    expect((await directory.user('erased')).id).not.toBe(id)
  })

  it('says what it can do', async () => {
    const config = await directory.call('GET', '/ServiceProviderConfig')
    expect(config.json()).toMatchObject({ patch: { supported: true }, etag: { supported: true } })
    const types = await directory.call('GET', '/ResourceTypes')
    expect(types.json()).toMatchObject({ totalResults: 2 })
    const schema = await directory.call('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User')
    expect(schema.json()).toMatchObject({ name: 'User' })
  })

  it('puts nothing personal into the ledger [ID-1]', () => {
    using view = custody.durable()
    const text = view.entries().map(({ body }) => Buffer.from(body).toString())
    const names = ['anna', 'berta', 'gustav', 'heidi', 'Example', 'example.test', '00u1']
    expect(names.filter((name) => text.some((entry) => entry.includes(name)))).toEqual([])
    expect(text.length).toBeGreaterThan(50)
  })

  it('reports nothing of all that as a defect of its own', () => {
    expect(custody.reported).toEqual([])
  })
})

/** A name of its own for each row of a table. */
function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)
}
