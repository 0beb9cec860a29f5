import type { PersonStatus } from './person.ts'

/** What a provider says of who is there. */
export interface AccountClaim {
  readonly provider: string
  readonly subject: string
  readonly name: string
  readonly email?: string
  /** The provider vouches that the address belongs to the account. */
  readonly emailVerified: boolean
}

/** What the directory knows that bears on a claim. */
export interface KnownOfClaim {
  /** The person this very account belongs to. */
  readonly byAccount?: KnownPerson
  /** The person with this address. */
  readonly byEmail?: KnownPerson & {
    /** The address itself was vouched for. */
    readonly verified: boolean
    /** The person has another account at the same provider. */
    readonly hasOther: boolean
  }
  /** Whether somebody unknown may be added. */
  readonly mayAdd: boolean
}

interface KnownPerson {
  readonly id: string
  readonly status: PersonStatus
}

export type RefusedClaim =
  | 'deactivated'
  | 'unverified-email'
  | 'second-account'
  | 'no-email'
  | 'unknown-person'

export type LinkVerdict =
  | { readonly verdict: 'known' | 'link'; readonly person: string }
  | { readonly verdict: 'add' }
  | { readonly verdict: 'refuse'; readonly because: RefusedClaim }

/**
 * Decides whom an account belongs to, so that one human counts once. Only an address that both sides vouch for joins an
 * account to a person; a second account at the same provider is for an administrator to judge. Pure.
 */
export function judgeClaim(
  claim: Pick<AccountClaim, 'email' | 'emailVerified'>,
  { byAccount, byEmail, mayAdd }: KnownOfClaim,
): LinkVerdict {
  if (byAccount !== undefined) return ifActive(byAccount, 'known')
  if (claim.email === undefined) return refuse(mayAdd ? 'no-email' : 'unknown-person')
  if (!claim.emailVerified) return refuse('unverified-email')
  if (byEmail === undefined) return mayAdd ? { verdict: 'add' } : refuse('unknown-person')
  if (!byEmail.verified) return refuse('unverified-email')
  if (byEmail.hasOther) return refuse('second-account')
  return ifActive(byEmail, 'link')
}

function ifActive({ id, status }: KnownPerson, verdict: 'known' | 'link'): LinkVerdict {
  return status === 'active' ? { verdict, person: id } : refuse('deactivated')
}

function refuse(because: RefusedClaim): LinkVerdict {
  return { verdict: 'refuse', because }
}
