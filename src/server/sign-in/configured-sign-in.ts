import type { ServerConfig } from '../config/index.ts'
import type { SignInSettings } from './settings.ts'

/** What custody.yaml says about signing in. */
export function configuredSignIn({ behindProxy, publicUrl, identity }: ServerConfig): SignInSettings {
  const { passwords, oidc } = identity
  return {
    behindProxy,
    passwords,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(oidc === undefined ? {} : { oidc: { ...oidc, clientSecret: () => oidc.clientSecret.read() } }),
  }
}
