import { readFile } from 'node:fs/promises'
import type { UpstreamOptions } from '../proxying/gateway/index.ts'
import type { ExternalKey } from '../recording/ledger/index.ts'
import type { ServiceSettings } from './composition.ts'
import { configFailures, parseServerConfig, type ReadSecret, type ServerConfig } from './config/index.ts'
import { configuredSignIn } from './sign-in/index.ts'

/** The configuration file as values; throws `config.invalid` with every problem, or `config.unreadable`. */
export async function readServerConfig(path: string, readSecret: ReadSecret): Promise<ServerConfig> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw configFailures.create('unreadable', `${path} cannot be read; make it with "custody init".`, {
      cause,
    })
  })
  const config = parseServerConfig(text, { file: path, readSecret })
  if (config.ok) return config.value
  throw configFailures.create('invalid', `${path} has problems.`, { problems: config.refusal })
}

/** What the services need of the configuration. A vendor without a key is left out: its calls are refused. */
export function settingsOf(config: ServerConfig, recorder: ServiceSettings['recorder']): ServiceSettings {
  const upstreams = Object.entries(config.gateway.upstreams).flatMap(([vendor, upstream]) => {
    const key = upstream.key.read()
    if (key === undefined) return []
    const { url, headersTimeout, bodyTimeout } = upstream
    const options: UpstreamOptions = {
      url,
      key,
      headersTimeoutMs: headersTimeout.ms,
      bodyTimeoutMs: bodyTimeout.ms,
    }
    return [[vendor, options] as const]
  })
  const database = config.database.read()
  return {
    upstreams: Object.fromEntries(upstreams),
    maxBodyBytes: config.gateway.maxBody.bytes,
    abandonAfterMs: config.runs.abandonAfter.ms,
    tokenLifetimeMs: config.runs.tokenLifetime.ms,
    recorder,
    witness: {
      policy: config.witness.policy,
      heartbeatMs: config.witness.heartbeat.ms,
      alertAfterMs: config.witness.alertAfter.ms,
    },
    metricsToken: () => config.metrics.token.read(),
    keyServices: keyServicesOf(config),
    scim: scimSettingsOf(config),
    signIn: configuredSignIn(config),
    node: config.node,
    ...(database === undefined ? {} : { database }),
  }
}

function scimSettingsOf({
  scim: { deactivation, roles },
}: ServerConfig): NonNullable<ServiceSettings['scim']> {
  const { share, window, atLeast } = deactivation
  return { limit: { share: share.ratio, windowMs: window.ms, atLeast }, roles }
}

function keyServicesOf({ keys }: ServerConfig): readonly ExternalKey[] {
  return Object.entries(keys.services).map(([name, { use, url, publicKey, token, timeout }]) => ({
    ...{ name, use, url, spkiDer: Buffer.from(publicKey, 'base64'), timeoutMs: timeout.ms },
    ...(token === undefined ? {} : { token: () => token.read() }),
  }))
}
