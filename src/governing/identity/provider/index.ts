/** What has to be remembered, for one browser only, between leaving for a provider and coming back. */
export interface SignInMemory {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/**
 * Why a provider's answer is not accepted. `denied`: the person or the provider said no. `not-ours`: it does not belong to
 * the sign-in of this browser, or was used before. `untrusted`: signature, issuer, audience, time or nonce are wrong.
 */
export type RefusedAnswer = 'denied' | 'not-ours' | 'untrusted'

/** Whom a provider saw; what identity resolves to a person. */
export interface ProvenAccount {
  readonly provider: string
  readonly subject: string
  readonly name: string
  readonly email?: string
  /** The provider vouches that the address belongs to the account. */
  readonly emailVerified: boolean
}

export type ProviderAnswer =
  | { readonly state: 'claimed'; readonly claim: ProvenAccount }
  | { readonly state: 'refused'; readonly because: RefusedAnswer }

/** Somebody who can say who is sitting at a browser. Port; `integrations/oidc` implements it. */
export interface IdentityProvider {
  /** What the sign-in page calls it. */
  readonly name: string
  /** Where to send the browser. Throws a Failure of kind `unavailable` when the provider cannot be asked. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly memory: SignInMemory }>
  /** What the provider says, given the whole address the browser came back to. Throws as `begin` does. */
  finish(answeredAt: URL, memory: SignInMemory): Promise<ProviderAnswer>
}
