import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type {
  IdentityProvider,
  ProvenAccount,
  ProviderAnswer,
  SignInMemory,
} from '../../governing/identity/provider/index.ts'
import type { Clock } from '../../kernel/index.ts'
import { ProviderConfiguration } from './provider-configuration.ts'
import { refusalOf } from './refused-answer.ts'

export interface OidcSettings {
  /** Its issuer identifier; the place of its discovery document follows from it. */
  readonly issuer: string
  readonly clientId: string
  /** Asked when it is needed; without one this is a public client. */
  readonly clientSecret: () => string | undefined
  readonly name: string
  readonly clock: Clock
}

/** Signing in at an OpenID provider: authorization code with PKCE, state and nonce, and a checked signature. */
export class OidcProvider implements IdentityProvider {
  readonly name: string
  readonly #issuer: string
  readonly #configuration: ProviderConfiguration

  constructor(settings: OidcSettings) {
    this.name = settings.name
    this.#issuer = settings.issuer
    this.#configuration = new ProviderConfiguration(settings)
  }

  async begin(redirectUri: string): Promise<{ readonly url: string; readonly memory: SignInMemory }> {
    const configuration = await this.#configuration.current()
    const memory = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state: memory.state,
      nonce: memory.nonce,
      code_challenge: await calculatePKCECodeChallenge(memory.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, memory }
  }

  async finish(answeredAt: URL, { state, nonce, verifier }: SignInMemory): Promise<ProviderAnswer> {
    const configuration = await this.#configuration.current()
    try {
      const tokens = await authorizationCodeGrant(configuration, answeredAt, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const told = tokens.claims() ?? { sub: '' }
      return {
        state: 'claimed',
        claim: this.#claimOf(await complete(configuration, tokens.access_token, told)),
      }
    } catch (error) {
      return { state: 'refused', because: refusalOf(error) }
    }
  }

  #claimOf({ sub, name, email, email_verified: emailVerified }: Claims): ProvenAccount {
    const address = typeof email === 'string' && email !== '' ? email : undefined
    return {
      provider: `oidc:${this.#issuer}`,
      subject: sub,
      name: typeof name === 'string' && name !== '' ? name : (address ?? sub),
      ...(address === undefined ? {} : { email: address }),
      // Some providers write "true"; that is not the word of the standard, and nothing is concluded from it.
      emailVerified: emailVerified === true,
    }
  }
}

interface Claims {
  readonly sub: string
  readonly [claim: string]: unknown
}

/** Providers may keep the address for those who ask for it; their answer must be about the same subject. */
async function complete(configuration: Configuration, accessToken: string, told: Claims): Promise<Claims> {
  const { userinfo_endpoint: userinfo } = configuration.serverMetadata()
  if (told.email !== undefined || userinfo === undefined) return told
  return { ...(await fetchUserInfo(configuration, accessToken, told.sub)), ...told }
}
