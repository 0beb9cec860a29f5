import {
  byteSize,
  duration,
  flag,
  type Partially,
  parseDocument,
  record,
  type Spot,
  section,
  type ValueOf,
  withDefault,
} from '../../governing/documents/index.ts'
import type { Problem, Result } from '../../kernel/index.ts'
import { isLoopback, type ListenAddress, listenAddress, upstreamUrl } from './addresses.ts'
import { environmentSecret, type ReadSecret, secret } from './secret.ts'

/** DIR/custody.yaml with its defaults filled in; secrets by reference only. */
export type ServerConfig = ValueOf<ReturnType<typeof serverFields>>

/** One vendor's address; without a key to read it is not configured. */
export type Upstream = ServerConfig['gateway']['upstreams']['anthropic']

export interface ServerConfigOptions {
  /** The name that problems carry. */
  readonly file: string
  /** Called when a key is needed, not when the file is read. */
  readonly readSecret: ReadSecret
}

/** Reads the server's configuration: the values with their defaults, or every problem at once with its place. */
export function parseServerConfig(
  text: string,
  { file, readSecret }: ServerConfigOptions,
): Result<ServerConfig, readonly Problem[]> {
  return parseDocument(text, { file }, serverFields(readSecret))
}

/** Every field of the file and what stands for it when it is absent. */
const serverFields = (readSecret: ReadSecret) =>
  record(
    {
      listen: withDefault(listenAddress(), { host: '127.0.0.1', port: 4880 }),
      // Says that something in front speaks TLS to the outside.
      behindProxy: withDefault(flag(), false),
      gateway: section({
        maxBody: withDefault(byteSize({ least: '1MB', most: '1GB' }), { bytes: 32_000_000 }),
        upstreams: section({
          anthropic: upstream('https://api.anthropic.com', 'ANTHROPIC_API_KEY', readSecret),
          openai: upstream('https://api.openai.com', 'OPENAI_API_KEY', readSecret),
          gemini: upstream('https://generativelanguage.googleapis.com', 'GEMINI_API_KEY', readSecret),
        }),
      }),
      runs: section({
        abandonAfter: withDefault(duration({ least: '1s', most: '1d' }), { ms: 30_000 }),
        tokenLifetime: withDefault(duration({ least: '1m', most: '7d' }), { ms: 12 * 3_600_000 }),
      }),
    },
    checkExposure,
  )

// A model may think for minutes before its first byte, and between two.
const PATIENCE = { ms: 10 * 60_000 }

function upstream(url: string, variable: string, readSecret: ReadSecret) {
  const patience = withDefault(duration({ least: '1s', most: '1h' }), PATIENCE)
  return section({
    url: withDefault(upstreamUrl(), url),
    key: withDefault(secret(readSecret), environmentSecret(variable, readSecret)),
    headersTimeout: patience,
    bodyTimeout: patience,
  })
}

function checkExposure(
  { listen, behindProxy }: Partially<{ listen: ListenAddress; behindProxy: boolean }>,
  spot: Spot,
): void {
  if (listen === undefined || isLoopback(listen.host) || behindProxy === true) return
  spot.at('listen').complain({
    message: 'listen names an address that other machines reach, and Custody does not speak TLS itself.',
    suggestion: 'listen on 127.0.0.1, or write behindProxy: true when a TLS proxy stands in front',
  })
}
