import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import Provider from 'oidc-provider'

/** Somebody the provider knows; whoever types the login is signed in, without a password. */
export interface Account {
  readonly login: string
  readonly name: string
  readonly email?: string
  readonly emailVerified?: boolean
}

export interface IdentityProviderOptions {
  readonly accounts: readonly Account[]
  readonly redirectUris: readonly string[]
}

/** What is done with an answer before it leaves; gives true when it has answered itself. */
type Meddle = (path: string, response: ServerResponse) => boolean

/** A real OpenID provider on a free port, with keys that can be changed and answers that can be meddled with. */
export class FakeIdentityProvider implements AsyncDisposable {
  readonly clientId = 'custody'
  readonly clientSecret = 'provider-secret-of-custody'
  readonly issuer: string
  /** Paths that were asked for. */
  readonly asked: string[] = []
  meddle: Meddle = () => false
  /** What it signs with, for tests that sign in its name. */
  key = newKey()
  readonly #server: ReturnType<typeof createServer>
  readonly #options: IdentityProviderOptions
  #answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>

  private constructor(server: ReturnType<typeof createServer>, options: IdentityProviderOptions) {
    this.#server = server
    this.#options = options
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.#answer = this.#provider().callback()
    server.on('request', (request, response) => {
      const path = request.url?.split('?')[0] ?? ''
      this.asked.push(path)
      if (!this.meddle(path, response)) void this.#answer(request, response)
    })
  }

  static async start(options: IdentityProviderOptions): Promise<FakeIdentityProvider> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FakeIdentityProvider(server, options)
  }

  /** From now on it signs with another key, and shows no other. It forgets who is signed in. */
  changeKeys(): void {
    this.key = newKey()
    this.#answer = this.#provider().callback()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #provider(): Provider {
    const { accounts, redirectUris } = this.#options
    return new Provider(this.issuer, {
      clients: [
        {
          client_id: this.clientId,
          client_secret: this.clientSecret,
          redirect_uris: [...redirectUris],
          // What is between http://127.0.0.1 and a web client's https is not what is tested here.
          application_type: 'native',
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      jwks: { keys: [{ ...this.key }] },
      cookies: { keys: ['cookie key of the fake provider'] },
      pkce: { required: () => true },
      ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      features: { devInteractions: { enabled: true } },
      findAccount: (_, login) => {
        const account = accounts.find((candidate) => candidate.login === login)
        if (account === undefined) return undefined
        return { accountId: login, claims: () => claimsOf(account) }
      },
    })
  }
}

function claimsOf({ login, name, email, emailVerified }: Account) {
  return {
    sub: login,
    name,
    ...(email === undefined ? {} : { email }),
    ...(emailVerified === undefined ? {} : { email_verified: emailVerified }),
  }
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    ...privateKey.export({ format: 'jwk' }),
    use: 'sig',
    alg: 'RS256',
    kid: `key-${randomUUID()}`,
  }
}
