import {
  allowInsecureRequests,
  ClientSecretBasic,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client'
import type { Clock } from '../../kernel/index.ts'
import { oidcFailures } from './failures.ts'

interface ConfigurationSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: () => string | undefined
  readonly clock: Clock
}

const DISCOVER_EVERY_MS = 10 * 60_000
const PATIENCE_S = 10
// `discovery` knows it by identity, so it cannot be wrapped.
// oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out; used for loopback addresses
const allowPlainHttp: (configuration: Configuration) => void = allowInsecureRequests

/** What a provider says of itself, asked again after ten minutes, and after every time it could not be asked. */
export class ProviderConfiguration {
  readonly #settings: ConfigurationSettings
  #discovered: { readonly metadata: Promise<ServerMetadata>; readonly atMs: number } | undefined

  constructor(settings: ConfigurationSettings) {
    this.#settings = settings
  }

  /**
   * Fresh for each use: keys are remembered per configuration, so that one the provider has just changed to is fetched
   * and one it has just withdrawn no longer counts. Throws `oidc.provider-unavailable`.
   */
  async current(): Promise<Configuration> {
    const { clientId } = this.#settings
    const metadata = await this.#metadata()
    const configuration = new Configuration(metadata, clientId, undefined, this.#authentication())
    configuration.timeout = PATIENCE_S
    // Without it the signature is taken on trust because the connection was encrypted.
    enableNonRepudiationChecks(configuration)
    if (this.#isPlain()) allowPlainHttp(configuration)
    return configuration
  }

  #metadata(): Promise<ServerMetadata> {
    const now = this.#settings.clock.monotonic()
    if (this.#discovered !== undefined && now - this.#discovered.atMs < DISCOVER_EVERY_MS) {
      return this.#discovered.metadata
    }
    const discovered = { metadata: this.#discover(), atMs: now }
    this.#discovered = discovered
    discovered.metadata.catch(() => {
      if (this.#discovered === discovered) this.#discovered = undefined
    })
    return discovered.metadata
  }

  async #discover(): Promise<ServerMetadata> {
    const { issuer, clientId } = this.#settings
    const options = { timeout: PATIENCE_S, ...(this.#isPlain() ? { execute: [allowPlainHttp] } : {}) }
    try {
      const found = await discovery(new URL(issuer), clientId, undefined, this.#authentication(), options)
      return found.serverMetadata()
    } catch (cause) {
      const message = `The identity provider ${issuer} does not say what it offers; try again in a moment.`
      throw oidcFailures.create('provider-unavailable', message, { cause })
    }
  }

  #authentication() {
    const secret = this.#settings.clientSecret()
    return secret === undefined ? None() : ClientSecretBasic(secret)
  }

  /** The configuration lets this through for loopback addresses only. */
  #isPlain(): boolean {
    return new URL(this.#settings.issuer).protocol === 'http:'
  }
}
