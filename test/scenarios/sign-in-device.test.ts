import {
  allowInsecureRequests,
  Configuration,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CookieBrowser } from '../support/cookie-browser.ts'
import { send } from '../support/http-client.ts'
import { SignInWorld } from '../support/sign-in-world.ts'

const PASSWORD = 'three plain words'
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

describe('signing in a command line', () => {
  let world: SignInWorld
  let browser: CookieBrowser

  beforeAll(async () => {
    world = await SignInWorld.start()
    await world.services.identity.localAccounts.setPassword(
      world.custody.person.person.id,
      PASSWORD,
      'system',
    )
    browser = new CookieBrowser()
    await browser.post(`${world.url}/sign-in/password`, { email: 'ada@example.test', password: PASSWORD })
  })
  afterAll(async () => world[Symbol.asyncDispose]())

  const form = (path: string, fields: Readonly<Record<string, string>>) =>
    send(`${world.url}${path}`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })
  const begin = async () =>
    (
      await form('/oauth/device_authorization', { client_id: 'custody-cli', device_name: '<b>laptop</b>' })
    ).json()
  const poll = (code: unknown) =>
    form('/oauth/token', { grant_type: GRANT, client_id: 'custody-cli', device_code: String(code) })
  const decide = (code: unknown, decision: string) =>
    browser.post(`${world.url}/device`, { code: String(code), decision })

  it('works with a client that knows only the standard (RFC 8628)', async () => {
    const endpoints = {
      issuer: world.url,
      device_authorization_endpoint: `${world.url}/oauth/device_authorization`,
      token_endpoint: `${world.url}/oauth/token`,
    }
    const client = new Configuration(endpoints, 'custody-cli', undefined, None())
    // oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out; this is loopback
    allowInsecureRequests(client)
    const started = await initiateDeviceAuthorization(client, { client_id: 'custody-cli' })
    await browser.get(started.verification_uri_complete ?? '')
    await decide(started.user_code, 'allow')
    const { access_token: token } = await pollDeviceAuthorizationGrant(client, { ...started, interval: 0.01 })
    const answer = await send(`${world.url}/v1/whoami`, {
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.json().id).toBe(world.custody.person.person.id)
  })

  it('shows the person what asks, with nothing of it taken for markup', async () => {
    const { verification_uri_complete: url, user_code: code } = await begin()
    const shown = (await browser.get(String(url))).body.toString()
    expect(shown).toContain(code)
    expect(shown).toContain('blaptop/b')
    expect(shown).toContain('127.0.0.1')
  })

  it('asks who has not signed in to do so first, and comes back with the code', async () => {
    const { user_code: code } = await begin()
    const { headers } = await new CookieBrowser().get(`${world.url}/device?code=${code}`)
    expect(headers.location).toBe(`/sign-in?to=${encodeURIComponent(`/device?code=${code}`)}`)
  })

  it.each([
    ['pending', async () => undefined, 'authorization_pending'],
    ['denied', (code: unknown) => decide(code, 'deny'), 'access_denied'],
    [
      'approved from another site',
      (code: unknown) =>
        browser.post(
          `${world.url}/device`,
          { code: String(code), decision: 'allow' },
          'https://evil.example',
        ),
      'authorization_pending',
    ],
  ])('tells the command line that it is %s', async (_, act, error) => {
    const { user_code: code, device_code: device } = await begin()
    await act(code)
    const answer = await poll(device)
    expect([answer.status, answer.json()]).toEqual([400, { error }])
  })

  it('gives a session once', async () => {
    const { user_code: code, device_code: device } = await begin()
    await decide(code, 'allow')
    expect((await poll(device)).json()).toMatchObject({ token_type: 'Bearer' })
    expect((await poll(device)).json()).toEqual({ error: 'invalid_grant' })
  })

  it('gives none to somebody who was deactivated in between', async () => {
    const bo = new CookieBrowser()
    const person = await world.addPerson('Bo', 'bo@example.test')
    await world.services.identity.localAccounts.setPassword(person, PASSWORD, 'system')
    await bo.post(`${world.url}/sign-in/password`, { email: 'bo@example.test', password: PASSWORD })
    const { user_code: code, device_code: device } = await begin()
    await bo.post(`${world.url}/device`, { code: String(code), decision: 'allow' })
    await world.services.identity.directory.deactivate(person, 'left', 'system')
    expect((await poll(device)).json()).toEqual({ error: 'access_denied' })
  })

  it('ends a session for whoever shows its secret', async () => {
    const { user_code: code, device_code: device } = await begin()
    await decide(code, 'allow')
    const { access_token: token } = (await poll(device)).json()
    expect((await form('/oauth/revoke', { token: String(token) })).status).toBe(200)
    const headers = { authorization: `Bearer ${token}` }
    expect((await send(`${world.url}/v1/whoami`, { method: 'GET', headers })).status).toBe(401)
    expect((await form('/oauth/revoke', { token: 'cst_session_unknown' })).status).toBe(200)
  })

  it.each([
    ['/oauth/token', { grant_type: 'password', client_id: 'custody-cli' }, 'unsupported_grant_type'],
    ['/oauth/token', { grant_type: GRANT, client_id: 'another' }, 'invalid_client'],
    ['/oauth/token', { grant_type: GRANT, client_id: 'custody-cli', device_code: 'guess' }, 'invalid_grant'],
    ['/oauth/device_authorization', { client_id: 'another' }, 'invalid_client'],
  ])('refuses %s with %j', async (path, fields, error) => {
    expect((await form(path, fields)).json()).toEqual({ error })
  })

  it('takes forms only', async () => {
    const answer = await send(`${world.url}/oauth/token`, {
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect([answer.status, answer.json().error]).toEqual([415, 'invalid_request'])
  })

  it('lets nobody guess codes', async () => {
    const guess = (index: number) => browser.get(`${world.url}/device?code=BBBB-BBB${'BCDFGHJKLMNP'[index]}`)
    for (let index = 0; index < 10; index++) expect((await guess(index)).status).toBe(404)
    expect((await guess(10)).status).toBe(503)
  })
})
