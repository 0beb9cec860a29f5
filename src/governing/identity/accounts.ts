import type { Id } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import type { Directory } from './directory.ts'
import { EMAIL_PROVIDER, emailId } from './external-id.ts'
import { identityFailures } from './failures.ts'
import { type AccountClaim, judgeClaim, type KnownOfClaim, type RefusedClaim } from './linking.ts'
import type { Person } from './person.ts'
import { personOfExternalId } from './store/persons.ts'
import type { Db } from './store/tables.ts'

interface ResolveOptions {
  /** Whose decision it is: the person for a sign-in is not known yet, so `system`; a directory's service account. */
  readonly actor: Actor
  /** Whether somebody unknown is added. */
  readonly mayAdd: boolean
}

export type ResolvedAccount =
  | { readonly state: 'known' | 'linked' | 'added'; readonly person: Person }
  | { readonly state: 'refused'; readonly because: RefusedClaim }

/** Finds the person behind an account at an identity provider, a forge or a directory. */
export class Accounts {
  readonly #directory: Directory
  readonly #reader: Db

  constructor(deps: { readonly directory: Directory; readonly reader: Db }) {
    this.#directory = deps.directory
    this.#reader = deps.reader
  }

  /** The person, linked or added when the rules of `judgeClaim` let that happen; otherwise why not. */
  async resolve(claim: AccountClaim, { actor, mayAdd }: ResolveOptions): Promise<ResolvedAccount> {
    const verdict = judgeClaim(claim, { ...(await this.#known(claim)), mayAdd })
    switch (verdict.verdict) {
      case 'refuse':
        return { state: 'refused', because: verdict.because }
      case 'known':
        return { state: 'known', person: await this.#person(verdict.person) }
      case 'link':
        await this.#directory.link(verdict.person, accountOf(claim), actor)
        return { state: 'linked', person: await this.#person(verdict.person) }
      case 'add': {
        const { name, email = '' } = claim
        const added = { name, email, emailVerified: true, externalIds: [accountOf(claim)] }
        return { state: 'added', person: await this.#directory.add(added, actor) }
      }
    }
  }

  async #known({ provider, subject, email }: AccountClaim): Promise<Omit<KnownOfClaim, 'mayAdd'>> {
    const byAccount = await this.#knownPerson(provider, subject)
    if (byAccount !== undefined || email === undefined) return byAccount === undefined ? {} : { byAccount }
    const address = emailId(email, true).subject
    const [known, row] = [
      await this.#knownPerson(EMAIL_PROVIDER, address),
      await personOfExternalId(this.#reader, EMAIL_PROVIDER, address),
    ]
    if (known === undefined) return {}
    const others = await this.#directory.externalIds(known.id)
    const hasOther = others.some((other) => other.provider === provider)
    return { byEmail: { ...known, verified: row?.verified === 1, hasOther } }
  }

  async #knownPerson(provider: string, subject: string) {
    const found = await this.#directory.byExternalId(provider, subject)
    const status = found === undefined ? undefined : await this.#directory.status(found.id)
    return found === undefined || status === undefined ? undefined : { id: found.id, status }
  }

  async #person(id: string): Promise<Person> {
    const person = await this.#directory.byId(id)
    if (person !== undefined) return person
    throw identityFailures.create('person-unknown', `${id satisfies string as Id<'per'>} is gone.`)
  }
}

function accountOf({ provider, subject }: AccountClaim) {
  // The provider itself says so, over a channel whose signature was checked.
  return { provider, subject, verified: true }
}
