export { isLoopback, type ListenAddress, parseListenAddress } from './addresses.ts'
export { configFailures } from './failures.ts'
export { type RedactedConfig, redactedConfig } from './redacted-config.ts'
export type { ReadSecret, Secret, SecretReference } from './secret.ts'
export {
  DEFAULT_WITNESS_POLICY,
  parseServerConfig,
  type ServerConfig,
  type ServerConfigOptions,
  type Upstream,
} from './server-config.ts'
export { starterConfig } from './starter-config.ts'
