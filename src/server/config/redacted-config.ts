import { formatReference } from './secret.ts'
import type { ServerConfig, Upstream } from './server-config.ts'

type RedactedUpstream = Omit<Upstream, 'key'> & { readonly key: string; readonly configured: boolean }

type KeyService = ServerConfig['keys']['services'][string]
type RedactedKeyService = Omit<KeyService, 'token'> & { readonly token?: string }

type Identity = ServerConfig['identity']
type RedactedIdentity = Omit<Identity, 'oidc'> & {
  readonly oidc?: Omit<NonNullable<Identity['oidc']>, 'clientSecret'> & { readonly clientSecret: string }
}

/** The configuration as it may be shown: plain values, and each key as its reference. */
export interface RedactedConfig
  extends Omit<ServerConfig, 'identity' | 'gateway' | 'database' | 'metrics' | 'keys'> {
  readonly database: string
  readonly identity: RedactedIdentity
  readonly metrics: { readonly token: string }
  readonly keys: { readonly services: Readonly<Record<string, RedactedKeyService>> }
  readonly gateway: Omit<ServerConfig['gateway'], 'upstreams'> & {
    readonly upstreams: Readonly<Record<keyof ServerConfig['gateway']['upstreams'], RedactedUpstream>>
  }
}

/** What `config` may be shown as. Reads each key to say whether it is there; throws like `Secret.read`. */
export function redactedConfig(config: ServerConfig): RedactedConfig {
  const { anthropic, openai, gemini } = config.gateway.upstreams
  const upstreams = { anthropic: redacted(anthropic), openai: redacted(openai), gemini: redacted(gemini) }
  const database = formatReference(config.database.reference)
  const metrics = { token: formatReference(config.metrics.token.reference) }
  const keys = { services: redactedServices(config.keys.services) }
  const identity = redactedIdentity(config.identity)
  return { ...config, database, identity, metrics, keys, gateway: { ...config.gateway, upstreams } }
}

function redacted({ key, ...rest }: Upstream): RedactedUpstream {
  return { ...rest, key: formatReference(key.reference), configured: key.read() !== undefined }
}

function redactedIdentity({ oidc, ...rest }: Identity): RedactedIdentity {
  if (oidc === undefined) return rest
  return { ...rest, oidc: { ...oidc, clientSecret: formatReference(oidc.clientSecret.reference) } }
}

function redactedServices(services: ServerConfig['keys']['services']): RedactedConfig['keys']['services'] {
  return Object.fromEntries(
    Object.entries(services).map(([name, { token, ...rest }]) => [
      name,
      { ...rest, ...(token === undefined ? {} : { token: formatReference(token.reference) }) },
    ]),
  )
}
