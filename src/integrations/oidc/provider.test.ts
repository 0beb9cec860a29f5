import { createPublicKey, randomBytes } from 'node:crypto'
import { importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FakeIdentityProvider } from '../../../test/fakes/identity-provider.ts'
import { CookieBrowser } from '../../../test/support/cookie-browser.ts'
import type { SignInMemory } from '../../governing/identity/provider/index.ts'
import { systemClock } from '../../kernel/index.ts'
import { OidcProvider } from './index.ts'

// Nothing listens there: the tests read the address the browser would have been sent to.
const BACK = 'http://127.0.0.1:9/sign-in/callback'

let fake: FakeIdentityProvider
let provider: OidcProvider

const providerAt = (issuer: string) =>
  new OidcProvider({
    issuer,
    clientId: fake.clientId,
    clientSecret: () => fake.clientSecret,
    name: 'Fake',
    clock: systemClock,
  })

beforeAll(async () => {
  fake = await FakeIdentityProvider.start({
    redirectUris: [BACK],
    accounts: [
      { login: 'ada', name: 'Ada Lovelace', email: 'ada@example.test', emailVerified: true },
      { login: 'bo', name: 'Bo Ek', email: 'bo@example.test', emailVerified: false },
      { login: 'cy', name: 'Cy' },
    ],
  })
  provider = providerAt(fake.issuer)
})
afterEach(() => {
  fake.meddle = () => false
})
afterAll(async () => fake[Symbol.asyncDispose]())

/** A person who has signed in at the provider and is on the way back. */
async function onTheWayBack(login = 'ada') {
  const { url, memory } = await provider.begin(BACK)
  return { url, memory, back: new URL(await new CookieBrowser().signInAtProvider(url, login, BACK)) }
}

/** What is concluded when the provider's token endpoint answers with this ID token. */
async function concludedFrom(idToken: (memory: SignInMemory) => Promise<string>) {
  const { memory, back } = await onTheWayBack()
  const forged = await idToken(memory)
  fake.meddle = (path, response) => {
    if (path !== '/token') return false
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: 'at', token_type: 'Bearer', id_token: forged }))
    return true
  }
  return provider.finish(back, memory)
}

const now = () => Math.floor(Date.now() / 1000)
const honest = ({ nonce }: SignInMemory): JWTPayload => ({
  iss: fake.issuer,
  aud: fake.clientId,
  sub: 'ada',
  email: 'ada@example.test',
  email_verified: true,
  iat: now(),
  exp: now() + 300,
  nonce,
})
const sign = async (payload: JWTPayload, key = fake.key, kid = key.kid ?? '') =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(await importJWK(key, 'RS256'))

describe('signing in at an OpenID provider', () => {
  it('asks for a code with PKCE, state and nonce', async () => {
    const { url } = await provider.begin(BACK)
    const asked = Object.fromEntries(new URL(url).searchParams)
    expect(asked).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', redirect_uri: BACK })
    expect([asked.state, asked.nonce, asked.code_challenge].map((word) => (word?.length ?? 0) >= 43)).toEqual(
      [true, true, true],
    )
  })

  it.each([
    ['ada', { email: 'ada@example.test', emailVerified: true }],
    ['bo', { email: 'bo@example.test', emailVerified: false }],
    ['cy', { emailVerified: false }],
  ])('says who %s is, and whether the address is vouched for [SEC-1]', async (login, told) => {
    const { back, memory } = await onTheWayBack(login)
    expect(await provider.finish(back, memory)).toMatchObject({
      state: 'claimed',
      claim: { provider: `oidc:${fake.issuer}`, subject: login, ...told },
    })
  })

  it('refuses an answer that was used before', async () => {
    const { back, memory } = await onTheWayBack()
    await provider.finish(back, memory)
    expect(await provider.finish(back, memory)).toEqual({ state: 'refused', because: 'not-ours' })
  })

  it('refuses an answer to the sign-in of another browser', async () => {
    const [mine, other] = [await onTheWayBack(), await onTheWayBack()]
    expect(await provider.finish(other.back, mine.memory)).toEqual({ state: 'refused', because: 'not-ours' })
    const injected = new URL(other.back)
    injected.searchParams.set('state', mine.memory.state)
    expect(await provider.finish(injected, mine.memory)).toEqual({ state: 'refused', because: 'not-ours' })
  })

  it('says when the person or the provider said no', async () => {
    const { memory } = await provider.begin(BACK)
    const no = new URL(
      `${BACK}?error=access_denied&state=${memory.state}&iss=${encodeURIComponent(fake.issuer)}`,
    )
    expect(await provider.finish(no, memory)).toEqual({ state: 'refused', because: 'denied' })
  })
})

describe('an ID token', () => {
  it('counts when it is signed by the provider and about this sign-in', async () => {
    expect(await concludedFrom((memory) => sign(honest(memory)))).toMatchObject({ state: 'claimed' })
  })

  const strange: Readonly<Record<string, (memory: SignInMemory) => Promise<string>>> = {
    'has no signature (alg: none)': async (memory: SignInMemory) => new UnsecuredJWT(honest(memory)).encode(),
    'is signed with the public key as if it were a secret': async (memory: SignInMemory) => {
      const pem = createPublicKey({ key: { ...fake.key }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      })
      const header = { alg: 'HS256', kid: fake.key.kid ?? '' }
      return new SignJWT(honest(memory)).setProtectedHeader(header).sign(Buffer.from(pem))
    },
    'is signed with the client secret': async (memory: SignInMemory) =>
      new SignJWT(honest(memory))
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(fake.clientSecret.padEnd(32, '.'))),
    'is signed by a key the provider does not have': async (memory: SignInMemory) => {
      const other = await FakeIdentityProvider.start({ accounts: [], redirectUris: [BACK] })
      await using _ = other
      return await sign(honest(memory), other.key, fake.key.kid)
    },
    'has expired': async (memory: SignInMemory) =>
      sign({ ...honest(memory), iat: now() - 7200, exp: now() - 3600 }),
    'never expires': async (memory: SignInMemory) => {
      const { exp: _, ...endless } = honest(memory)
      return sign(endless)
    },
    'is for another audience': async (memory: SignInMemory) =>
      sign({ ...honest(memory), aud: 'another-client' }),
    'is of another issuer': async (memory: SignInMemory) =>
      sign({ ...honest(memory), iss: 'https://evil.example' }),
    'belongs to another sign-in': async (memory: SignInMemory) =>
      sign({ ...honest(memory), nonce: randomBytes(32).toString('base64url') }),
  }

  it.each(Object.keys(strange))('that %s is refused', async (why) => {
    const make = strange[why] ?? (() => Promise.resolve(''))
    expect(await concludedFrom(make)).toEqual({ state: 'refused', because: 'untrusted' })
  })
})

describe('a provider that changes', () => {
  it('may change its keys while somebody is signing in', async () => {
    const first = await onTheWayBack()
    expect((await provider.finish(first.back, first.memory)).state).toBe('claimed')
    fake.changeKeys()
    const second = await onTheWayBack()
    expect((await provider.finish(second.back, second.memory)).state).toBe('claimed')
  })

  it('and signs with a key it has withdrawn is not believed', async () => {
    const withdrawn = fake.key
    fake.changeKeys()
    expect(await concludedFrom((memory) => sign(honest(memory), withdrawn))).toMatchObject({
      because: 'untrusted',
    })
  })

  it('is unavailable while it is down, and is asked again once it is back', async () => {
    const fresh = providerAt(fake.issuer)
    const down = { code: 'oidc.provider-unavailable', kind: 'unavailable' }
    fake.meddle = (_, response) => {
      response.destroy()
      return true
    }
    await expect(fresh.begin(BACK)).rejects.toMatchObject(down)
    fake.meddle = () => false
    await expect(fresh.begin(BACK)).resolves.toMatchObject({
      url: expect.stringContaining(fake.issuer) as string,
    })
  })

  it('is unavailable when it goes down in the middle', async () => {
    const { back, memory } = await onTheWayBack()
    fake.meddle = (_, response) => {
      response.destroy()
      return true
    }
    await expect(provider.finish(back, memory)).rejects.toMatchObject({ code: 'oidc.provider-unavailable' })
  })
})
