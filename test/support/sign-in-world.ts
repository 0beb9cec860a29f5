import { createServer } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Id } from '../../src/kernel/index.ts'
import { createApi } from '../../src/server/api.ts'
import { openServices, type Services } from '../../src/server/composition.ts'
import { DEFAULT_SIGN_IN, type SignInSettings } from '../../src/server/sign-in/index.ts'
import { RunningCustody } from './running-custody.ts'

/** A server that persons can sign in to, on a free port, with one administrator (Ada) and her session. */
export class SignInWorld implements AsyncDisposable {
  readonly custody: RunningCustody
  readonly services: Services
  readonly api: FastifyInstance
  readonly url: string
  readonly reported: unknown[]

  private constructor(parts: Pick<SignInWorld, 'custody' | 'services' | 'api' | 'url' | 'reported'>) {
    this.custody = parts.custody
    this.services = parts.services
    this.api = parts.api
    this.url = parts.url
    this.reported = parts.reported
  }

  /** `settings` may need to know where the server is. */
  static async start(settings: (url: string) => Promise<SignInSettings> = async () => DEFAULT_SIGN_IN) {
    const custody = await RunningCustody.prepare()
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const services = await openServices(custody.directory, { ...SETTINGS, signIn: await settings(url) })
    const server = createServer()
    const reported: unknown[] = []
    const report = (error: unknown) => void reported.push(error)
    const api = createApi(services, { serverFactory: (handler) => server.on('request', handler), report })
    await api.listen({ host: '127.0.0.1', port })
    return new SignInWorld({ custody, services, api, url, reported })
  }

  /** Adds a person without any role. */
  async addPerson(name: string, email: string, emailVerified = true): Promise<Id<'per'>> {
    return (await this.services.identity.directory.add({ name, email, emailVerified }, 'system')).id
  }

  /** A link through which a person chooses a password. */
  async linkFor(person: string, lifetimeMs = 60_000): Promise<string> {
    const { links } = this.services.identity
    return (await links.issue(person, { purpose: 'invite', lifetimeMs }, 'system')).token
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api.close()
    await this.services.close()
    await this.custody[Symbol.asyncDispose]()
  }
}

const SETTINGS = {
  upstreams: {},
  maxBodyBytes: 1_000_000,
  abandonAfterMs: 60_000,
  tokenLifetimeMs: 60_000,
  recorder: 'server',
} as const

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
