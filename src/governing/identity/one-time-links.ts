import { type Clock, type Id, type Ids, type Random, timestamp } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import type { ChangeLog } from './change-log.ts'
import type { Directory } from './directory.ts'
import { identityFailures } from './failures.ts'
import type { LocalAccounts } from './local-accounts.ts'
import type { Person } from './person.ts'
import { insertLink, isSpent, linkByDigest, spendLink } from './store/sessions.ts'
import type { Db } from './store/tables.ts'
import { digestToken, isToken, mintToken } from './token.ts'

/** `first-run`: for the installation's first person; `invite`: for one who was added; `reset`: for one who forgot. */
export type LinkPurpose = 'first-run' | 'invite' | 'reset'

interface OneTimeLinksDeps {
  readonly log: ChangeLog
  readonly directory: Directory
  readonly localAccounts: LocalAccounts
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
}

/** Links that let a person choose a password, once. Only their digests are stored. */
export class OneTimeLinks {
  readonly #deps: OneTimeLinksDeps

  constructor(deps: OneTimeLinksDeps) {
    this.#deps = deps
  }

  /** A link's secret, shown once. Throws `identity.person-unknown`. */
  async issue(
    person: string,
    { purpose, lifetimeMs }: { readonly purpose: LinkPurpose; readonly lifetimeMs: number },
    actor: Actor,
  ): Promise<{ readonly id: Id<'lnk'>; readonly token: string; readonly expiresAt: string }> {
    const { log, directory, clock, ids, random } = this.#deps
    if ((await directory.byId(person)) === undefined) {
      throw identityFailures.create('person-unknown', `There is no person ${person.slice(0, 40)}.`)
    }
    const [id, token] = [ids('lnk'), mintToken('link', random)]
    const expires_at = clock.now() + lifetimeMs
    const expiresAt = timestamp(expires_at)
    await log.record(
      [{ kind: 'identity.link-issued', actor, data: { person, link: id, purpose, expiresAt } }],
      [insertLink({ digest: digestToken(token), id, person, purpose, expires_at })],
      { quiet: true },
    )
    return { id, token, expiresAt }
  }

  /** Whom a link is for, without using it up; undefined when it opens nothing. */
  async look(token: string): Promise<{ readonly person: Person; readonly purpose: LinkPurpose } | undefined> {
    const link = await this.#find(token)
    const person = link === undefined ? undefined : await this.#deps.directory.byId(link.person)
    if (link === undefined || person?.active !== true) return undefined
    return { person, purpose: link.purpose as LinkPurpose }
  }

  /**
   * Sets the password and uses the link up, in one transaction: of two at the same time one fails. Throws
   * `identity.link-invalid`, or `identity.password-refused` with the link still good.
   */
  async redeem(token: string, password: string): Promise<Person> {
    const { log, localAccounts, clock } = this.#deps
    const link = await this.#find(token)
    const found = await this.look(token)
    if (link === undefined || found === undefined) throw invalid()
    const { person } = found
    const { events, writes } = await localAccounts.settingPassword(person.id, password, person.id)
    await log.record(
      [
        { kind: 'identity.link-used', actor: person.id, data: { person: person.id, link: link.id } },
        ...events,
      ],
      [spendLink(link.id, clock.now()), ...writes],
      { contradiction: invalid },
    )
    return person
  }

  async #find(token: string) {
    if (!isToken('link', token)) return undefined
    const { reader, clock } = this.#deps
    const link = await linkByDigest(reader, digestToken(token))
    if (link === undefined || link.expires_at <= clock.now()) return undefined
    return (await isSpent(reader, link.id)) ? undefined : link
  }
}

function invalid() {
  return identityFailures.create(
    'link-invalid',
    'This link is unknown, was used or has expired; ask an administrator for another.',
  )
}
