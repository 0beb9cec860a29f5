import { formatReference } from './secret.ts'
import type { ServerConfig, Upstream } from './server-config.ts'

type RedactedUpstream = Omit<Upstream, 'key'> & { readonly key: string; readonly configured: boolean }

/** The configuration as it may be shown: plain values, and each key as its reference. */
export interface RedactedConfig extends Omit<ServerConfig, 'gateway'> {
  readonly gateway: Omit<ServerConfig['gateway'], 'upstreams'> & {
    readonly upstreams: Readonly<Record<keyof ServerConfig['gateway']['upstreams'], RedactedUpstream>>
  }
}

/** What `config` may be shown as. Reads each key to say whether it is there; throws like `Secret.read`. */
export function redactedConfig(config: ServerConfig): RedactedConfig {
  const { anthropic, openai, gemini } = config.gateway.upstreams
  const upstreams = { anthropic: redacted(anthropic), openai: redacted(openai), gemini: redacted(gemini) }
  return { ...config, gateway: { ...config.gateway, upstreams } }
}

function redacted({ key, ...rest }: Upstream): RedactedUpstream {
  return { ...rest, key: formatReference(key.reference), configured: key.read() !== undefined }
}
