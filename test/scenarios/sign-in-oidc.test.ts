import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeIdentityProvider } from '../fakes/identity-provider.ts'
import { CookieBrowser } from '../support/cookie-browser.ts'
import { SignInWorld } from '../support/sign-in-world.ts'

const ACCOUNTS = [
  { login: 'ada-at-work', name: 'Ada Lovelace', email: 'Ada@Example.test', emailVerified: true },
  { login: 'ada-again', name: 'Ada Lovelace', email: 'ada@example.test', emailVerified: true },
  { login: 'mallory', name: 'Ada Lovelace', email: 'ada@example.test', emailVerified: false },
  { login: 'stranger', name: 'Stranger', email: 'stranger@example.test', emailVerified: true },
  { login: 'eve', name: 'Eve', email: 'eve@example.test', emailVerified: true },
  { login: 'bo', name: 'Bo', email: 'bo@example.test', emailVerified: true },
]

describe('signing in through an identity provider', () => {
  let provider: FakeIdentityProvider
  let world: SignInWorld
  let browser: CookieBrowser

  beforeAll(async () => {
    world = await SignInWorld.start(async (url) => {
      provider = await FakeIdentityProvider.start({
        accounts: ACCOUNTS,
        redirectUris: [`${url}/sign-in/callback`],
      })
      const { issuer, clientId, clientSecret } = provider
      const oidc = { issuer, clientId, clientSecret: () => clientSecret, name: 'Example', addUnknown: false }
      return { behindProxy: false, passwords: false, oidc }
    })
  })
  beforeEach(() => {
    browser = new CookieBrowser()
  })
  afterEach(() => {
    provider.meddle = () => false
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
    await provider[Symbol.asyncDispose]()
  })

  const callback = () => `${world.url}/sign-in/callback`
  const wayBack = (login: string, to = '/signed-in') =>
    browser.signInAtProvider(`${world.url}/sign-in/provider?to=${encodeURIComponent(to)}`, login, callback())
  const signIn = async (login: string, to?: string) => browser.get(await wayBack(login, to))

  it('lets in who is known by a vouched-for address, as the same person [SEC-1]', async () => {
    const answer = await signIn('ada-at-work', '/device')
    expect([answer.status, answer.headers.location]).toEqual([303, '/device'])
    expect((await browser.get(`${world.url}/v1/whoami`)).json().id).toBe(world.custody.person.person.id)
    expect(browser.cookie(world.url, 'custody-sign-in')).toBeUndefined()
  })

  it.each([
    ['mallory', 'an address nobody vouches for', 'not vouched for'],
    ['ada-again', 'a second account of a known person', 'another account'],
    ['stranger', 'somebody nobody added', 'ask an administrator to add you'],
  ])('refuses %s: %s', async (login, _, sentence) => {
    await signIn('ada-at-work')
    browser = new CookieBrowser()
    const answer = await signIn(login)
    expect([answer.status, answer.body.toString()]).toEqual([403, expect.stringContaining(sentence)])
    expect(browser.cookie(world.url, 'custody-session')).toBeUndefined()
  })

  it('refuses who is deactivated, whatever the provider says [ID-4]', async () => {
    const person = await world.addPerson('Bo', 'bo@example.test')
    expect((await signIn('bo')).status).toBe(303)
    await world.services.identity.directory.deactivate(person, 'left', 'system')
    expect((await browser.get(`${world.url}/v1/whoami`)).status).toBe(401)
    browser = new CookieBrowser()
    expect((await signIn('bo')).status).toBe(403)
  })

  it('refuses an answer that another browser brings, or the same one twice', async () => {
    await world.addPerson('Eve', 'eve@example.test')
    const back = await wayBack('eve')
    expect((await new CookieBrowser().get(back)).status).toBe(400)
    expect((await browser.get(back)).status).toBe(303)
    expect((await browser.get(back)).status).toBe(400)
  })

  it('refuses a changed memory of the sign-in', async () => {
    const back = await wayBack('ada-at-work')
    const sealed = browser.cookie(world.url, 'custody-sign-in') ?? ''
    const middle = sealed.length >> 1
    const flipped = sealed[middle] === 'A' ? 'B' : 'A'
    browser.setCookie(
      world.url,
      'custody-sign-in',
      sealed.slice(0, middle) + flipped + sealed.slice(middle + 1),
    )
    expect((await browser.get(back)).status).toBe(400)
  })

  it('never goes on to another server', async () => {
    expect((await signIn('ada-at-work', 'https://evil.example/')).headers.location).toBe('/signed-in')
  })

  it('gives a new session each time', async () => {
    await signIn('ada-at-work')
    const before = browser.cookie(world.url, 'custody-session')
    await signIn('ada-at-work')
    expect(browser.cookie(world.url, 'custody-session')).not.toBe(before)
  })

  it('says that the provider is down, and goes on without it for who is signed in', async () => {
    await signIn('ada-at-work')
    const back = await new CookieBrowser().get(`${world.url}/sign-in`)
    expect(back.body.toString()).toContain('Sign in with Example')
    const other = browser
    browser = new CookieBrowser()
    const answered = await wayBack('ada-at-work')
    provider.meddle = (_, response) => {
      response.destroy()
      return true
    }
    const down = await browser.get(answered)
    expect([down.status, down.body.toString()]).toEqual([503, expect.stringContaining('does not answer')])
    expect((await other.get(`${world.url}/v1/whoami`)).status).toBe(200)
  })

  it('goes on after the provider has changed its keys', async () => {
    await signIn('ada-at-work')
    provider.changeKeys()
    browser = new CookieBrowser()
    expect((await signIn('ada-at-work')).status).toBe(303)
  })

  it('offers no password where none are wanted', async () => {
    expect((await browser.get(`${world.url}/sign-in`)).body.toString()).not.toContain('type="password"')
    const form = { email: 'ada@example.test', password: 'three plain words' }
    expect((await browser.post(`${world.url}/sign-in/password`, form)).status).toBe(404)
  })

  it('tells browsers to load nothing and to show the page in no frame', async () => {
    const { headers } = await browser.get(`${world.url}/sign-in`)
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })
})
