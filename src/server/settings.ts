import { readFile } from 'node:fs/promises'
import type { UpstreamOptions } from '../proxying/gateway/index.ts'
import type { ServiceSettings } from './composition.ts'
import { configFailures, parseServerConfig, type ReadSecret, type ServerConfig } from './config/index.ts'

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
  return {
    upstreams: Object.fromEntries(upstreams),
    maxBodyBytes: config.gateway.maxBody.bytes,
    abandonAfterMs: config.runs.abandonAfter.ms,
    tokenLifetimeMs: config.runs.tokenLifetime.ms,
    recorder,
  }
}
