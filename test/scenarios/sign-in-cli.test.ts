import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run as login } from '../../src/cli/commands/login.ts'
import { run as logout } from '../../src/cli/commands/logout.ts'
import { type Context, createContext } from '../../src/cli/context.ts'
import { CookieBrowser } from '../support/cookie-browser.ts'
import { send } from '../support/http-client.ts'
import { SignInWorld } from '../support/sign-in-world.ts'

const PASSWORD = 'three plain words'

describe('custody login', () => {
  let world: SignInWorld
  let browser: CookieBrowser
  let home: string
  let context: Context
  let told: string[]

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
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'custody-login-'))
    told = []
    const environment = {
      variables: {},
      dataDirectory: undefined,
      defaultDataDirectory: join(home, 'data'),
      profilePath: join(home, 'config', 'cli.json'),
      colour: { stdout: false, stderr: false },
      showsProgress: false,
      debug: false,
    }
    const tell = (text: string) => void told.push(text)
    context = { ...createContext(environment, {}), print: tell, note: tell, complain: tell }
  })
  afterEach(() => rm(home, { recursive: true, force: true }))
  afterAll(async () => world[Symbol.asyncDispose]())

  /** Does what the command line asks of its person, instead of waiting. */
  const decide = (decision: string) => async () => {
    const [, code = ''] = [...told.join('\n').matchAll(/code ([A-Z-]+)/g)].at(-1) ?? []
    await browser.post(`${world.url}/device`, { code, decision })
  }
  const signIn = (server?: string, decision = 'allow') =>
    login(context, { options: server === undefined ? {} : { server } }, decide(decision))
  const servers = async () => JSON.parse(await readFile(join(home, 'config', 'servers.json'), 'utf8'))

  it('signs the command line in, and keeps its secret where only its user reads it [SEC-1]', async () => {
    expect(await signIn(`${world.url}/`)).toBe(0)
    expect(told.at(-1)).toBe(`Signed in to ${world.url} as Ada Lovelace <ada@example.test>`)
    const { current, sessions } = await servers()
    expect([current, sessions[world.url].vkey]).toEqual([world.url, world.custody.person.vkey])
    expect((await stat(join(home, 'config', 'servers.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(home, 'config'))).mode & 0o777).toBe(0o700)
    expect(told.join('\n')).not.toContain(sessions[world.url].token)
  })

  it('goes to the same server again when none is named', async () => {
    await signIn(world.url)
    expect(await signIn()).toBe(0)
  })

  it('says when it was denied, and keeps nothing', async () => {
    await expect(signIn(world.url, 'deny')).rejects.toMatchObject({ code: 'login.denied' })
    await expect(servers()).rejects.toThrow()
  })

  it.each(['http://custody.example.com', 'custody.example.com', 'ftp://custody.example.com'])(
    'does not send a secret to %s',
    async (server) => {
      await expect(signIn(server)).rejects.toMatchObject({ code: 'login.server-insecure' })
    },
  )

  it('says that nothing answers, and that no server is known', async () => {
    await expect(signIn('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'login.server-answer' })
    await expect(signIn()).rejects.toMatchObject({ code: 'login.server-missing' })
  })

  it('ends with custody logout, there and here', async () => {
    await signIn(world.url)
    const { token } = (await servers()).sessions[world.url]
    expect(await logout(context, { options: {} })).toBe(0)
    const headers = { authorization: `Bearer ${token}` }
    expect((await send(`${world.url}/v1/whoami`, { method: 'GET', headers })).status).toBe(401)
    expect(await servers()).toEqual({ sessions: {} })
  })

  it('ends here also when the server is gone', async () => {
    await signIn(world.url)
    const file = join(home, 'config', 'servers.json')
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(world.url, 'http://127.0.0.1:9'))
    expect(await logout(context, { options: {} })).toBe(0)
    expect(await servers()).toEqual({ sessions: {} })
    expect(told.join('\n')).toContain('could not be told')
  })
})
