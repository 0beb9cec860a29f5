import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningCustody } from '../support/running-custody.ts'
import { newUser, ScimClient } from '../support/scim-client.ts'

const LIMIT = { share: 0.25, windowMs: 3_600_000, atLeast: 2 }

describe('a directory that deactivates many at once', () => {
  let custody: RunningCustody
  let directory: ScimClient
  let users: readonly string[]

  beforeAll(async () => {
    custody = await RunningCustody.start({ settings: { scim: { limit: LIMIT } } })
    directory = await ScimClient.of(custody)
    const made: string[] = []
    for (let i = 0; i < 15; i += 1) made.push((await directory.user(`person-${i}`)).id)
    users = made
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  const deactivate = (id: string) =>
    directory.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })
  const isActive = async (id: string) => (await custody.server.services.identity.person(id))?.active

  it('is held beyond the share, reported once each, and done on an administrator’s word [SEC-2]', async () => {
    const answers = await Promise.all(users.slice(0, 6).map(deactivate))
    // A quarter of sixteen.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 403, 403])
    expect(answers[5]?.json()).toMatchObject({ status: '403', code: 'scim.deactivation-held' })
    const again = await deactivate(users[4] ?? '')
    expect([again.status, await isActive(users[4] ?? '')]).toEqual([403, true])
    const removal = await directory.call('DELETE', `/Users/${users[5]}`)
    expect(removal.status).toBe(403)

    using view = custody.durable()
    const raised = view.ofKind('exception.raised').filter(({ data }) => data.cause === 'deactivation-held')
    expect(raised.map(({ data }) => data.person)).toEqual([users[4], users[5]])
    expect(await custody.api('GET', '/v1/directory/held').then((answer) => answer.json())).toMatchObject({
      held: [{ person: users[4] }, { person: users[5] }],
    })

    expect((await directory.call('POST', '/Bulk', { Operations: [] })).status).toBe(200)
    const released = await custody.api('POST', '/v1/directory/held/release')
    expect(released.json()).toEqual({ deactivated: 2, refused: [] })
    expect(await Promise.all(users.slice(0, 6).map(isActive))).toEqual(Array(6).fill(false))
    expect((await directory.call('DELETE', `/Users/${users[5]}`)).status).toBe(204)
  })

  it('holds nobody who came deactivated, and lets go of who is wanted again', async () => {
    for (let i = 0; i < 5; i += 1) {
      const answer = await directory.call('POST', '/Users', newUser(`old-${i}`, { active: false }))
      expect([answer.status, answer.json().active]).toEqual([201, false])
    }
    const wanted = users[7] ?? ''
    expect((await deactivate(wanted)).status).toBe(403)
    const kept = await directory.patch(`/Users/${wanted}`, { op: 'Replace', path: 'active', value: 'True' })
    expect(kept.json()).toMatchObject({ active: true })
    expect(await custody.server.services.scim.deactivations.held()).toEqual([])
  })

  it('never deactivates the last administrator [SEC-2]', async () => {
    await using other = await RunningCustody.start()
    const theirs = await ScimClient.of(other)
    const ada = await theirs.user('ada', { emails: [{ value: other.person.person.email, primary: true }] })
    for (const answer of [
      await theirs.patch(`/Users/${ada.id}`, { op: 'replace', value: { active: false } }),
      await theirs.call('DELETE', `/Users/${ada.id}`),
    ]) {
      expect(answer.json()).toMatchObject({ status: '409', code: 'identity.last-administrator' })
    }
    expect((await other.api('GET', '/v1/whoami')).status).toBe(200)
  })
})

const COUNT = 10_000
/** The last of them come over HTTP. */
const CREATED = 500
const numbered = (i: number) => `u${String(i).padStart(5, '0')}`

/** Users as provisioning leaves them, in one transaction: asking for each would take the test a minute. */
async function seed(custody: RunningCustody, from: number, to: number): Promise<void> {
  const { ledger, ids } = custody.server.services
  const at = '2026-11-21T12:00:00.000Z'
  const writes = Array.from({ length: to - from }, (_, i) => {
    const [id, name] = [ids('per'), `${numbered(from + i)}@example.test`]
    const resource = JSON.stringify({ userName: name, externalId: `x-${from + i}` })
    return [
      {
        sql: 'INSERT INTO persons (id, name, email, status) VALUES (?, ?, ?, ?)',
        parameters: [id, name, name, 'active'],
      },
      {
        sql: 'INSERT INTO scim_users (id, user_name, external_id, resource, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)',
        parameters: [id, name, `x-${from + i}`, resource, at, at],
      },
    ]
  })
  await ledger.write(writes.flat())
}

describe('a directory of 10,000 users', () => {
  let custody: RunningCustody
  let directory: ScimClient

  beforeAll(async () => {
    custody = await RunningCustody.start()
    directory = await ScimClient.of(custody)
    await seed(custody, 0, COUNT - CREATED)
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  it('takes its last users in one bulk request', async () => {
    const Operations = Array.from({ length: CREATED }, (_, i) => ({
      ...{ method: 'POST', path: '/Users', bulkId: `u${i}` },
      data: newUser(numbered(COUNT - CREATED + i), { externalId: `x-${COUNT - CREATED + i}` }),
    }))
    const answer = await directory.call('POST', '/Bulk', { Operations })
    const statuses = (answer.json().Operations as { status: string }[]).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set(['201']))
  }, 60_000)

  it('is listed page by page without losing or repeating anybody, while others come [SEC-2]', async () => {
    const seen: string[] = []
    for (let startIndex = 1; startIndex <= COUNT; startIndex += 200) {
      const page = await directory.find('Users', {
        startIndex: String(startIndex),
        count: '5000',
        attributes: 'userName',
      })
      const { Resources, itemsPerPage } = page.json() as {
        Resources: { userName: string }[]
        itemsPerPage: number
      }
      expect(itemsPerPage).toBe(200)
      seen.push(...Resources.map(({ userName }) => userName))
      if (startIndex === 1001) await directory.user('late')
    }
    expect(new Set(seen).size).toBe(COUNT)
    const after = await directory.find('Users', { startIndex: String(COUNT + 1) })
    expect(after.json()).toMatchObject({ totalResults: COUNT + 1, itemsPerPage: 1 })
  }, 60_000)

  it('is counted and searched without being shown', async () => {
    const none = await directory.find('Users', { count: '0', filter: 'userName sw "u0999"' })
    expect(none.json()).toMatchObject({ totalResults: 10, itemsPerPage: 0, Resources: [] })
    const second = await directory.find('Users', {
      startIndex: '10',
      count: '7',
      filter: 'userName sw "u0999"',
    })
    expect(second.json()).toMatchObject({ totalResults: 10, itemsPerPage: 1 })
    const one = await directory.find('Users', { filter: 'externalId eq "x-4711"' })
    expect(one.json()).toMatchObject({ totalResults: 1, Resources: [{ userName: 'u04711@example.test' }] })
    const odd = await directory.find('Users', { startIndex: '-5', count: '-1' })
    expect(odd.json()).toMatchObject({ startIndex: 1, itemsPerPage: 0 })
  }, 60_000)

  it('has a group with everybody in it', async () => {
    const { services } = custody.server
    const ids = (await services.identity.persons())
      .map(({ id }) => id)
      .filter((id) => id !== custody.person.person.id)
    const id = await directory.group('Everybody', ids)
    await directory.patch(`/Groups/${id}`, { op: 'remove', path: `members[value eq "${ids[0]}"]` })
    const told = (await directory.call('GET', `/Groups/${id}`)).json() as { members: unknown[] }
    expect(told.members).toHaveLength(ids.length - 1)
  }, 60_000)
})
