import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CookieBrowser } from '../support/cookie-browser.ts'
import { send } from '../support/http-client.ts'
import { SignInWorld } from '../support/sign-in-world.ts'

const PASSWORD = 'three plain words'

describe('signing in with a password', () => {
  let world: SignInWorld
  let browser: CookieBrowser

  beforeAll(async () => {
    world = await SignInWorld.start()
    await world.services.identity.localAccounts.setPassword(
      world.custody.person.person.id,
      PASSWORD,
      'system',
    )
  })
  beforeEach(() => {
    browser = new CookieBrowser()
  })
  afterAll(async () => world[Symbol.asyncDispose]())

  const signIn = (to = '/signed-in', password = PASSWORD) =>
    browser.post(`${world.url}/sign-in/password`, { email: 'ada@example.test', password, to })
  const whoami = async () => (await browser.get(`${world.url}/v1/whoami`)).status

  it('lets the person in, with a cookie that scripts cannot read', async () => {
    const answer = await signIn()
    expect([answer.status, answer.headers.location]).toEqual([303, '/signed-in'])
    expect(browser.cookiesSet[0]).toMatch(
      /^custody-session=cst_session_.*; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await whoami()).toBe(200)
    expect((await browser.get(`${world.url}/signed-in`)).body.toString()).toContain('Ada Lovelace')
  })

  it('goes on to the page that was asked for, and to no other server', async () => {
    expect((await signIn('/device?code=BCDF-GHJK')).headers.location).toBe('/device?code=BCDF-GHJK')
    expect((await signIn('https://evil.example/')).headers.location).toBe('/signed-in')
    expect((await signIn('//evil.example')).headers.location).toBe('/signed-in')
  })

  it('takes a session of the attacker’s choice for none, and leaves none of before', async () => {
    await signIn()
    const before = browser.cookie(world.url, 'custody-session') ?? ''
    await signIn()
    expect(browser.cookie(world.url, 'custody-session')).not.toBe(before)
    const planted = { method: 'GET', headers: { authorization: `Bearer ${before}` } }
    expect((await send(`${world.url}/v1/whoami`, planted)).status).toBe(401)
  })

  it('says the same of a wrong password and of nobody', async () => {
    const wrong = await signIn('/signed-in', 'not the password')
    const nobody = await browser.post(`${world.url}/sign-in/password`, {
      email: 'nobody@example.test',
      password: PASSWORD,
    })
    expect([wrong.status, nobody.status]).toEqual([401, 401])
    const neutral = (page: Buffer) => page.toString().replaceAll(/value="[^"]*"/g, '')
    expect(neutral(wrong.body)).toBe(neutral(nobody.body))
    expect(wrong.body.toString()).toContain('role="alert"')
  })

  it('makes whoever guesses wait', async () => {
    const guess = () =>
      browser.post(`${world.url}/sign-in/password`, {
        email: 'guessed@example.test',
        password: 'a wrong password',
      })
    const answers = []
    for (let time = 0; time < 7; time++) answers.push(await guess())
    expect(answers.at(0)?.status).toBe(401)
    expect(answers.at(-1)?.status).toBe(429)
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('records refused attempts without saying whose', async () => {
    await signIn('/signed-in', 'not the password')
    using view = world.custody.durable()
    const denied = JSON.stringify(view.ofKind('identity.denied'))
    expect(denied).toContain('identity.sign-in-refused')
    expect(denied).not.toMatch(/ada@|not the password/)
  })

  it('refuses a form of another site', async () => {
    const form = { email: 'ada@example.test', password: PASSWORD }
    const answer = await browser.post(`${world.url}/sign-in/password`, form, 'https://evil.example')
    expect(answer.status).toBe(403)
    expect(browser.cookiesSet).toEqual([])
  })

  it('ends with signing out', async () => {
    await signIn()
    const session = browser.cookie(world.url, 'custody-session') ?? ''
    expect((await browser.post(`${world.url}/sign-out`, {})).status).toBe(200)
    expect(browser.cookie(world.url, 'custody-session')).toBeUndefined()
    browser.setCookie(world.url, 'custody-session', session)
    expect(await whoami()).toBe(401)
  })

  it('goes on under a new secret once the person may do more or less', async () => {
    const person = await world.addPerson('Cy', 'cy@example.test')
    await world.services.identity.localAccounts.setPassword(person, PASSWORD, 'system')
    await browser.post(`${world.url}/sign-in/password`, { email: 'cy@example.test', password: PASSWORD })
    const before = browser.cookie(world.url, 'custody-session') ?? ''
    const role = { role: 'viewer', scope: 'organisation' } as const
    await world.services.identity.roleGrants.grant(person, role, 'system')
    await browser.get(`${world.url}/signed-in`)
    expect(browser.cookie(world.url, 'custody-session')).not.toBe(before)
    expect(await whoami()).toBe(200)
    browser.setCookie(world.url, 'custody-session', before)
    expect(await whoami()).toBe(401)
  })

  it('ends when the person is deactivated [ID-4]', async () => {
    const person = await world.addPerson('Bo', 'bo@example.test')
    await world.services.identity.localAccounts.setPassword(person, PASSWORD, 'system')
    await browser.post(`${world.url}/sign-in/password`, { email: 'bo@example.test', password: PASSWORD })
    expect(await whoami()).toBe(200)
    await world.services.identity.directory.deactivate(person, 'left', 'system')
    expect(await whoami()).toBe(401)
    const again = { email: 'bo@example.test', password: PASSWORD }
    expect((await browser.post(`${world.url}/sign-in/password`, again)).status).toBe(401)
  })
})

describe('a change that rests on a cookie', () => {
  let world: SignInWorld
  let session: string

  beforeAll(async () => {
    world = await SignInWorld.start()
    const wish = { kind: 'console', lifetimeMs: 60_000 } as const
    session = (await world.services.identity.sessions.start(world.custody.person.person.id, wish)).token
  })
  afterAll(async () => world[Symbol.asyncDispose]())

  const publish = (headers: Readonly<Record<string, string>>) =>
    send(`${world.url}/v1/retention/sweep`, {
      headers: { cookie: `custody-session=${session}`, 'content-type': 'application/json', ...headers },
      body: '{}',
    })

  it('is done for a page of this server', async () => {
    expect((await publish({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await publish({ origin: world.url })).status).toBe(200)
  })

  it.each([{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }])(
    'is refused with %j',
    async (headers) => {
      const answer = await publish(headers)
      expect([answer.status, answer.json().code]).toEqual([403, 'sign-in.cross-site'])
    },
  )

  it('is refused under a name that leads here by trickery', async () => {
    const answer = await publish({ host: 'rebound.example', origin: 'http://rebound.example' })
    expect(answer.json().code).toBe('sign-in.address-unknown')
  })

  it('needs no such proof with a bearer secret, which no browser sends by itself', async () => {
    expect(
      (await publish({ authorization: `Bearer ${session}`, origin: 'https://evil.example' })).status,
    ).toBe(200)
  })
})
