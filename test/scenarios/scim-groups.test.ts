import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningCustody } from '../support/running-custody.ts'
import { GROUP_URN, newUser, ScimClient } from '../support/scim-client.ts'

interface ToldGroup {
  readonly id: string
  readonly displayName: string
  readonly members?: readonly { readonly value: string }[]
}

describe('groups of the company’s directory', () => {
  let custody: RunningCustody
  let directory: ScimClient
  let [one, two, three]: [string, string, string] = ['', '', '']

  beforeAll(async () => {
    const roles = { 'Custody Operators': ['operator'], 'All Admins': ['administrator'] } as const
    custody = await RunningCustody.start({ settings: { scim: { roles } } })
    directory = await ScimClient.of(custody)
    one = (await directory.user('one')).id
    two = (await directory.user('two')).id
    three = (await directory.user('three')).id
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  const group = async (id: string) =>
    (await directory.call('GET', `/Groups/${id}`)).json() as unknown as ToldGroup
  const members = async (id: string) => (await group(id)).members?.map(({ value }) => value).toSorted() ?? []
  const team = (id: string) => custody.server.services.identity.teams.byId(id)

  it('makes a team that workflows can name of a group [SEC-2]', async () => {
    const id = await directory.group('Platform & Tools', [one])
    expect(await team(id)).toMatchObject({ name: 'platform-tools', members: [one] })
    expect(await group(id)).toMatchObject({ displayName: 'Platform & Tools', schemas: [GROUP_URN] })
  })

  it('refuses a second group that would be the same team, and a name no team can have', async () => {
    await directory.group('Data Science')
    for (const [displayName, status] of [
      ['data-science', 409],
      ['数据', 400],
      ['42', 400],
    ] as const) {
      expect((await directory.call('POST', '/Groups', { displayName })).status).toBe(status)
    }
  })

  it('leaves a team alone that an administrator made and uses', async () => {
    const { teams } = custody.server.services.identity
    const made = await teams.add('security', 'system')
    await teams.own(made.id, { kind: 'workflow', subject: 'code-change' }, 'system')
    const answer = await directory.call('POST', '/Groups', { displayName: 'Security' })
    expect(answer.json()).toMatchObject({ status: '409', scimType: 'uniqueness' })
  })

  it.each([
    ['a path that chooses one', (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` })],
    [
      'Entra’s list in the value',
      (id: string) => ({ op: 'Remove', path: 'members', value: [{ value: id }] }),
    ],
  ])('removes a member by %s [SEC-2]', async (what, removal) => {
    const id = await directory.group(`Removal ${what.length}`, [one, two])
    expect((await directory.patch(`/Groups/${id}`, removal(one))).status).toBe(200)
    expect(await members(id)).toEqual([two])
  })

  it('adds members one by one, and takes all away [SEC-2]', async () => {
    const id = await directory.group('Growing')
    await directory.patch(`/Groups/${id}`, {
      op: 'Add',
      path: 'members',
      value: [{ value: one }, { value: two }],
    })
    await directory.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: { value: three } })
    expect(await members(id)).toEqual([one, two, three].toSorted())
    await directory.patch(`/Groups/${id}`, { op: 'remove', path: 'members' })
    expect(await members(id)).toEqual([])
  })

  it('renames with Okta’s PATCH that repeats the id', async () => {
    const id = await directory.group('Old name', [one])
    await directory.patch(`/Groups/${id}`, { op: 'replace', value: { id, displayName: 'New name' } })
    expect(await team(id)).toMatchObject({ name: 'new-name', members: [one] })
  })

  it('keeps members whom an administrator added and the directory does not know', async () => {
    const id = await directory.group('Mixed', [one])
    const { teams } = custody.server.services.identity
    await teams.addMember(id, custody.person.person.id, 'system')
    await directory.call('PUT', `/Groups/${id}`, { displayName: 'Mixed', members: [{ value: two }] })
    expect((await team(id))?.members).toEqual([two, custody.person.person.id].toSorted())
    expect(await members(id)).toEqual([two])
  })

  it('refuses members there are not', async () => {
    const id = await directory.group('Strangers')
    for (const value of ['per_00000000000000000000000000', "' or 1=1", '__proto__']) {
      const answer = await directory.patch(`/Groups/${id}`, {
        op: 'add',
        path: 'members',
        value: [{ value }],
      })
      expect(answer.json()).toMatchObject({ status: '400', scimType: 'invalidValue' })
    }
  })

  it.each([
    [{ op: 'add', path: '__proto__.polluted', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'constructor', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'members[', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'members[value eq "x"].value.value', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'displayName[value eq "x"]', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'x'.repeat(10_000), value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'remove', path: 'displayName' }, 'invalidValue'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'members[value eq "x"]', value: { value: 'y' } }, 'noTarget'],
    [{ op: 'move', path: 'members' }, 'invalidSyntax'],
    [{ op: 'replace', value: 'x' }, 'invalidValue'],
  ])('refuses the step %.60j', async (operation, scimType) => {
    const id = await directory.group(`Steps ${JSON.stringify(operation).length} ${operation.op}`, [one])
    const answer = await directory.patch(`/Groups/${id}`, operation)
    expect(answer.json()).toMatchObject({ status: '400', scimType })
    expect(await members(id)).toEqual([one])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    await directory.call('DELETE', `/Groups/${id}`)
  })

  it('shows no members when they are excluded, and finds who is in a group all the same', async () => {
    const id = await directory.group('Findable', [one])
    const plain = await directory.call('GET', `/Groups/${id}?excludedAttributes=members`)
    expect(plain.json()).not.toHaveProperty('members')
    const query = { excludedAttributes: 'members' }
    const found = async (member: string) =>
      (
        await directory.find('Groups', { ...query, filter: `id eq "${id}" and members eq "${member}"` })
      ).json()
    expect(await found(one)).toMatchObject({ totalResults: 1, Resources: [{ id }] })
    expect(JSON.stringify(await found(one))).not.toContain(one)
    expect(await found(two)).toMatchObject({ totalResults: 0 })
    const named = await directory.find('Groups', { ...query, filter: 'displayName eq "findable"' })
    expect(named.json()).toMatchObject({ totalResults: 1 })
  })

  it('gives and takes the roles that the configuration says a group has [OWN-1]', async () => {
    const { identity } = custody.server.services
    const id = await directory.group('custody operators', [one])
    const roles = () => identity.access.rolesOf({ kind: 'person', id: one as `per_${string}` })
    expect(await roles()).toContainEqual({ role: 'operator', scope: 'organisation' })
    await directory.patch(`/Groups/${id}`, { op: 'replace', path: 'displayName', value: 'Just people' })
    expect(await roles()).not.toContainEqual({ role: 'operator', scope: 'organisation' })
  })

  it('has groups follow a changed configuration at the next start', async () => {
    await using other = await RunningCustody.start()
    const theirs = await ScimClient.of(other)
    const { id } = await theirs.user('person')
    await theirs.group('Auditors', [id])
    const roles = () =>
      other.server.services.identity.access.rolesOf({ kind: 'person', id: id as `per_${string}` })
    for (const configured of [{ AUDITORS: ['auditor'] }, {}] as const) {
      await other.stop()
      await other.start({ scim: { roles: configured } })
      const isAuditor = 'AUDITORS' in configured
      expect(await roles()).toEqual(isAuditor ? [{ role: 'auditor', scope: 'organisation' }] : [])
    }
  })

  it('removes a group with its team, and takes a deleted user out of groups', async () => {
    const id = await directory.group('Short-lived', [three])
    const gone = (await directory.user('gone')).id
    await directory.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: gone }] })
    await directory.call('DELETE', `/Users/${gone}`)
    expect(await members(id)).toEqual([three])
    expect((await directory.call('DELETE', `/Groups/${id}`)).status).toBe(204)
    expect((await directory.call('GET', `/Groups/${id}`)).status).toBe(404)
    expect(await team(id)).toBeUndefined()
  })

  it('makes users and a group of them in one bulk request, in whatever order', async () => {
    const answer = await directory.call('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'g',
          data: { displayName: 'Bulk group', members: [{ value: 'bulkId:u' }] },
        },
        { method: 'POST', path: '/Users', bulkId: 'u', data: newUser('bulky') },
        { method: 'POST', path: '/Users', bulkId: 'twice', data: newUser('bulky') },
        {
          method: 'PATCH',
          path: '/Users/bulkId:u',
          data: { Operations: [{ op: 'Replace', path: 'displayName', value: 'B' }] },
        },
        { method: 'DELETE', path: '/Users/bulkId:nobody' },
      ],
    })
    const operations = answer.json().Operations as readonly {
      bulkId?: string
      status: string
      location?: string
    }[]
    const statusOf = (bulkId: string) => operations.find((operation) => operation.bulkId === bulkId)?.status
    expect([statusOf('u'), statusOf('g'), statusOf('twice')]).toEqual(['201', '201', '409'])
    expect(operations.map(({ status }) => status).toSorted()).toEqual(['200', '201', '201', '409', '409'])
    const made = await directory.find('Groups', { filter: 'displayName eq "Bulk group"' })
    expect(made.json()).toMatchObject({ totalResults: 1 })
  })

  it('ends a bulk request after as many errors as it allows', async () => {
    const operation = { method: 'DELETE', path: '/Users/per_0' }
    const answer = await directory.call('POST', '/Bulk', {
      failOnErrors: 2,
      Operations: Array(5).fill(operation),
    })
    expect(answer.json().Operations).toHaveLength(2)
  })

  it.each([
    [
      'operations that wait for each other',
      200,
      [
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'a',
          data: { displayName: 'Ring A', members: [{ value: 'bulkId:b' }] },
        },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'b',
          data: { displayName: 'Ring B', members: [{ value: 'bulkId:a' }] },
        },
      ],
    ],
    ['too many operations', 413, Array(1001).fill({ method: 'DELETE', path: '/Users/per_0' })],
    ['a path out of here', 400, [{ method: 'DELETE', path: '/../v1/persons/x' }]],
    ['a POST without a bulkId', 400, [{ method: 'POST', path: '/Users', data: {} }]],
    ['no list', 400, 'x'],
  ])('does not run a bulk request with %s', async (_what, status, operations) => {
    const answer = await directory.call('POST', '/Bulk', { Operations: operations })
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.body.toString()).not.toContain('"201"')
  })

  it('reports nothing of all that as a defect of its own', () => {
    expect(custody.reported).toEqual([])
  })
})
