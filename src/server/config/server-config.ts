import {
  byteSize,
  duration,
  flag,
  listOf,
  mapOf,
  oneOf,
  optional,
  type Partially,
  parseDocument,
  record,
  type Spot,
  section,
  text,
  type ValueOf,
  wholeNumber,
  withDefault,
  worded,
} from '../../governing/documents/index.ts'
import { ROLES } from '../../governing/identity/index.ts'
import type { Problem, Result } from '../../kernel/index.ts'
import { isLoopback, type ListenAddress, listenAddress, upstreamUrl } from './addresses.ts'
import { externalKey } from './external-key.ts'
import { identityFields, publicUrl } from './identity-fields.ts'
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
      // What browsers call this server; without it only loopback addresses are its own.
      publicUrl: optional(publicUrl()),
      identity: section(identityFields(readSecret)),
      // The address of a PostgreSQL; its password makes it a secret. Without one everything is in a file.
      database: withDefault(secret(readSecret), environmentSecret('CUSTODY_DATABASE', readSecret)),
      node: withDefault(nodeName(), 'n1'),
      gateway: section({
        maxBody: withDefault(byteSize({ least: '1MB', most: '1GB' }), { bytes: 32_000_000 }),
        upstreams: section({
          anthropic: upstream('https://api.anthropic.com', 'ANTHROPIC_API_KEY', readSecret),
          openai: upstream('https://api.openai.com', 'OPENAI_API_KEY', readSecret),
          gemini: upstream('https://generativelanguage.googleapis.com', 'GEMINI_API_KEY', readSecret),
        }),
      }),
      witness: section({
        // In the data directory; without the file there are no witnesses.
        policy: withDefault(text(), DEFAULT_WITNESS_POLICY),
        heartbeat: withDefault(duration({ least: '10s', most: '1d' }), { ms: 60_000 }),
        alertAfter: withDefault(duration({ least: '1m', most: '30d' }), { ms: 15 * 60_000 }),
      }),
      metrics: section({
        token: withDefault(secret(readSecret), environmentSecret('CUSTODY_METRICS_TOKEN', readSecret)),
      }),
      scim: section({
        deactivation: section({
          share: withDefault(share(), { ratio: 0.2 }),
          window: withDefault(duration({ least: '1m', most: '7d' }), { ms: 3_600_000 }),
          atLeast: withDefault(wholeNumber({ least: 0, most: 1_000_000 }), 5),
        }),
        roles: withDefault(mapOf(GROUP_NAME, listOf(oneOf(ROLES))), {}),
      }),
      keys: section({ services: withDefault(mapOf(SERVICE_NAME, externalKey(readSecret)), {}) }),
      runs: section({
        abandonAfter: withDefault(duration({ least: '1s', most: '1d' }), { ms: 30_000 }),
        tokenLifetime: withDefault(duration({ least: '1m', most: '7d' }), { ms: 15 * 60_000 }),
      }),
    },
    checkExposure,
  )

/** A part of the persons. */
function share() {
  return worded('a share from 1% to 100%, such as 20%', (words) => {
    const [, percent] = /^(100|[1-9]\d?)%$/.exec(words) ?? []
    return percent === undefined ? undefined : { ratio: Number(percent) / 100 }
  })
}

/** What this server is called in the events it records; each of several needs its own. */
function nodeName() {
  return worded('1 to 32 small letters, digits and hyphens', (words) =>
    /^[a-z0-9][a-z0-9-]{0,31}$/.test(words) ? words : undefined,
  )
}

/** Where the witness policy stands unless the file names another. */
export const DEFAULT_WITNESS_POLICY = 'witness-policy.txt'

/** As the directory shows it. */
const GROUP_NAME = /^[^\p{Cc}]{1,200}$/u

const SERVICE_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

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
