/** How another system names a person: that system, and the name it never gives to anybody else. */
export interface ExternalId {
  /** `email`, `oidc:ISSUER`, `scim:DIRECTORY`, `github:HOST` or `gitlab:HOST`. */
  readonly provider: string
  readonly subject: string
  /** Somebody who can know vouched for it. Nothing is ever concluded from one that is not. */
  readonly verified: boolean
}

export const EMAIL_PROVIDER = 'email'

/** Addresses are compared in lower case: no provider in use tells them apart by it. */
export function emailId(email: string, verified: boolean): ExternalId {
  return { provider: EMAIL_PROVIDER, subject: email.trim().toLowerCase(), verified }
}
