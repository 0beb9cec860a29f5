import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase, dropDatabase } from '../support/postgres/databases.ts'
import { RunningCustody } from '../support/running-custody.ts'
import { ScimClient } from '../support/scim-client.ts'

const LIMIT = { share: 0.01, windowMs: 3_600_000, atLeast: 2 }

describe('the company’s directory with PostgreSQL below', () => {
  let url: string
  let custody: RunningCustody
  let directory: ScimClient

  beforeAll(async () => {
    url = await createDatabase(inject('postgresUrl'))
    custody = await RunningCustody.start({ settings: { database: url, scim: { limit: LIMIT } } })
    directory = await ScimClient.of(custody)
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await dropDatabase(url)
  })

  it('is provisioned, found, changed and paged [SEC-2]', async () => {
    const users = await Promise.all(['a', 'b', 'c'].map((name) => directory.user(name)))
    const [a] = users
    const found = await directory.find('Users', { filter: 'userName eq "A@EXAMPLE.TEST"' })
    expect(found.json()).toMatchObject({ totalResults: 1, Resources: [{ id: a?.id, active: true }] })
    const page = await directory.find('Users', { startIndex: '2', count: '1' })
    expect(page.json()).toMatchObject({ totalResults: 3, itemsPerPage: 1 })
    const changed = await directory.patch(`/Users/${a?.id}`, {
      op: 'Replace',
      path: 'displayName',
      value: 'A.',
    })
    expect(changed.json()).toMatchObject({ displayName: 'A.' })
  })

  it('holds mass deactivations by numbers and not by texts of numbers', async () => {
    const statuses: number[] = []
    for (const name of ['x', 'y', 'z']) {
      const { id } = await directory.user(name)
      statuses.push(
        (await directory.patch(`/Users/${id}`, { op: 'replace', value: { active: false } })).status,
      )
    }
    expect(statuses).toEqual([200, 200, 403])
    const released = await custody.api('POST', '/v1/directory/held/release')
    expect(released.json()).toEqual({ deactivated: 1, refused: [] })
  })

  it('keeps nothing of groups and persons that are gone', async () => {
    const { id } = await directory.user('gone')
    const group = await directory.group('Gone', [id])
    expect((await directory.call('DELETE', `/Groups/${group}`)).status).toBe(204)
    expect((await directory.call('GET', `/Groups/${group}`)).status).toBe(404)
    const { identity, ledger } = custody.server.services
    await ledger.write(identity.forgetting(id))
    expect((await directory.call('GET', `/Users/${id}`)).status).toBe(404)
  })

  it('takes a DELETE that names a type and has no body', async () => {
    const group = await directory.group('Typed')
    const type = { 'content-type': 'application/scim+json' }
    expect((await directory.call('DELETE', `/Groups/${group}`, undefined, type)).status).toBe(204)
    expect(custody.reported).toEqual([])
  })
})
