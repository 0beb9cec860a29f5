import type { OwnAddress } from './origin.ts'

/** What signing in needs of the configuration. */
export interface SignInSettings extends OwnAddress {
  /** A proxy in front adds the last address to X-Forwarded-For. */
  readonly behindProxy: boolean
  /** Whether persons can sign in with a password. */
  readonly passwords: boolean
  readonly oidc?: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: () => string | undefined
    readonly name: string
    /** Whether somebody the provider vouches for and nobody here knows becomes a person, without any role. */
    readonly addUnknown: boolean
  }
}

/** For servers that nobody configured: passwords, on this machine. */
export const DEFAULT_SIGN_IN: SignInSettings = { behindProxy: false, passwords: true }
