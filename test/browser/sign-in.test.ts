import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeIdentityProvider } from '../fakes/identity-provider.ts'
import { SignInWorld } from '../support/sign-in-world.ts'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PASSWORD = 'three plain words'

describe('signing in with a real browser', () => {
  let provider: FakeIdentityProvider
  let world: SignInWorld
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) {
      throw new Error(`This test needs ${CHROMIUM}; install it with: apt-get install -y chromium`)
    }
    world = await SignInWorld.start(async (url) => {
      provider = await FakeIdentityProvider.start({
        accounts: [{ login: 'ada', name: 'Ada Lovelace', email: 'ada@example.test', emailVerified: true }],
        redirectUris: [`${url}/sign-in/callback`],
      })
      const { issuer, clientId, clientSecret } = provider
      const oidc = { issuer, clientId, clientSecret: () => clientSecret, name: 'Example', addUnknown: false }
      return { behindProxy: false, passwords: true, oidc }
    })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await context.newPage()
    complaints = []
    page.on('console', (message) => {
      // Chromium notes answers such as 401 as errors; what counts is what our policy or markup makes it say.
      const text = message.text()
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text)
    })
  })
  afterEach(() => context.close())
  afterAll(async () => {
    await browser?.close()
    await world?.[Symbol.asyncDispose]()
    await provider?.[Symbol.asyncDispose]()
  })

  const throughProvider = async () => {
    await page.getByRole('link', { name: 'Sign in with Example' }).click()
    await page.getByPlaceholder('Enter any login').fill('ada')
    await page.getByPlaceholder('and password').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  it('goes through the identity provider and back to the page that was asked for [SEC-1]', async () => {
    await page.goto(`${world.url}/signed-in`)
    await throughProvider()
    await page.getByRole('heading', { name: 'Signed in' }).waitFor()
    expect(page.url()).toBe(`${world.url}/signed-in`)
    expect(await page.getByText('Ada Lovelace <ada@example.test>').isVisible()).toBe(true)
    const cookie = (await context.cookies(world.url)).find(({ name }) => name === 'custody-session')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    expect((await context.cookies(world.url)).map(({ name }) => name)).not.toContain('custody-session')
  })

  it('takes a link, a password of the person’s choice, and then that password', async () => {
    const person = await world.addPerson('Bo Ek', 'bo@example.test')
    await page.goto(`${world.url}/sign-in/link?link=${await world.linkFor(person)}`)
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByLabel('The same again').fill(PASSWORD)
    await page.getByRole('button', { name: 'Set the password and sign in' }).click()
    await page.getByText('Bo Ek <bo@example.test>').waitFor()
    await context.clearCookies()
    await page.goto(`${world.url}/sign-in`)
    await page.getByLabel('E-mail address').fill('bo@example.test')
    await page.getByLabel('Password').fill('something else')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Bo Ek <bo@example.test>').waitFor()
    expect(complaints).toEqual([])
  })

  it('allows a command line after signing in on the way', async () => {
    const form = { client_id: 'custody-cli', device_name: 'a laptop' }
    const asked = await context.request.post(`${world.url}/oauth/device_authorization`, { form })
    const { verification_uri_complete: address, device_code: code, user_code: shown } = await asked.json()
    await page.goto(address)
    await throughProvider()
    await page.getByText(shown, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'Allowed' }).waitFor()
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: code }
    const answer = await context.request.post(`${world.url}/oauth/token`, {
      form: { ...grant, client_id: 'custody-cli' },
    })
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer' })
  })

  it('does nothing for a form on a page of another site', async () => {
    await page.goto(`${world.url}/signed-in`)
    await throughProvider()
    await page.getByRole('heading', { name: 'Signed in' }).waitFor()
    // The same machine under another name is another site to the browser.
    const elsewhere = world.url.replace('127.0.0.1', 'localhost')
    await page.route(`${elsewhere}/trap`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${world.url}/sign-out"><button>Win a prize</button></form>`,
      }),
    )
    await page.goto(`${elsewhere}/trap`)
    await page.getByRole('button', { name: 'Win a prize' }).click()
    await page.getByText('another site').waitFor()
    await page.goto(`${world.url}/signed-in`)
    expect(await page.getByRole('heading', { name: 'Signed in' }).isVisible()).toBe(true)
  })
})
