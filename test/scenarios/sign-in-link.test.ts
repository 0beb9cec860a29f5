import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { linkAddress } from '../../src/server/sign-in/index.ts'
import { CookieBrowser } from '../support/cookie-browser.ts'
import { SignInWorld } from '../support/sign-in-world.ts'

const PASSWORD = 'three plain words'

describe('a link that invites a person', () => {
  let world: SignInWorld
  let browser: CookieBrowser
  let link: string
  let made = 0

  beforeAll(async () => {
    world = await SignInWorld.start()
  })
  beforeEach(async () => {
    browser = new CookieBrowser()
    link = await world.linkFor(await world.addPerson('Bo Ek', `bo${++made}@example.test`))
  })
  afterAll(async () => world[Symbol.asyncDispose]())

  const choose = (password: string, again = password) =>
    browser.post(`${world.url}/sign-in/link`, { link, password, again })

  it('shows whom it is for, is not used up by that, and then signs them in with the password they choose', async () => {
    const shown = await browser.get(linkAddress(world.url, link))
    expect([shown.status, shown.body.toString()]).toEqual([200, expect.stringContaining('Bo Ek')])
    expect((await choose(PASSWORD)).status).toBe(303)
    expect((await browser.get(`${world.url}/v1/whoami`)).json().name).toBe('Bo Ek')
  })

  it('works once', async () => {
    await choose(PASSWORD)
    const [seen, again] = [await browser.get(linkAddress(world.url, link)), await choose('another password')]
    expect([seen.status, again.status]).toEqual([401, 401])
  })

  it('works once also for two at the same time', async () => {
    const answers = await Promise.all([choose(PASSWORD), choose('another password')])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 401])
  })

  it.each([
    ['too short', 'too short'],
    [PASSWORD, 'three plain wards'],
  ])('asks again for %j and %j, and is still good', async (password, again) => {
    const answer = await choose(password, again)
    expect([answer.status, answer.body.toString()]).toEqual([400, expect.stringContaining('role="alert"')])
    expect((await choose(PASSWORD)).status).toBe(303)
  })

  it('opens nothing when it is made up', async () => {
    expect((await browser.get(linkAddress(world.url, `cst_link_${'A'.repeat(43)}`))).status).toBe(401)
    expect((await browser.get(`${world.url}/sign-in/link`)).status).toBe(401)
  })
})
