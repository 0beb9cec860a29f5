import type { Clock, Ids, Random } from '../../kernel/index.ts'
import { timestamp } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import type { Write } from '../../storage/index.ts'
import type { ChangeLog, IdentityEvent } from './change-log.ts'
import { EMAIL_PROVIDER, type ExternalId, emailId } from './external-id.ts'
import { identityFailures } from './failures.ts'
import { type Person, type PersonStatus, toPerson } from './person.ts'
import { personDigest } from './person-digest.ts'
import { endingOf } from './person-ending.ts'
import {
  allPersons,
  deleteExternalId,
  externalIdsOf,
  insertExternalId,
  insertPerson,
  moveExternalIds,
  personById,
  personOfExternalId,
  personsPage,
  updatePerson,
} from './store/persons.ts'
import { keepAnAdministrator } from './store/roles.ts'
import { deleteSessionsOf } from './store/sessions.ts'
import type { Db, PersonRow } from './store/tables.ts'

export interface DirectoryDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
}

export interface NewPerson {
  readonly name: string
  readonly email: string
  /** Whoever adds the person vouches for the address. */
  readonly emailVerified: boolean
  readonly externalIds?: readonly ExternalId[]
}

/** Why a person is deactivated; a code, since events hold no free text. */
export type LeavingReason = 'left' | 'directory' | 'compromised' | 'administrator'

/** Persons and how other systems name them. Every change is recorded with who made it and digests of before and after. */
export class Directory {
  readonly #deps: DirectoryDeps

  constructor(deps: DirectoryDeps) {
    this.#deps = deps
  }

  async byId(id: string): Promise<Person | undefined> {
    const row = await personById(this.#deps.reader, id)
    return row === undefined ? undefined : toPerson(row)
  }

  /** The person whom another system names so, whether vouched for or not. */
  async byExternalId(provider: string, subject: string): Promise<Person | undefined> {
    const found = await personOfExternalId(this.#deps.reader, provider, subject)
    return found === undefined ? undefined : this.byId(found.person)
  }

  byEmail(email: string): Promise<Person | undefined> {
    return this.byExternalId(EMAIL_PROVIDER, emailId(email, true).subject)
  }

  async all(): Promise<readonly Person[]> {
    return (await allPersons(this.#deps.reader)).map(toPerson)
  }

  async page(range: { readonly offset: number; readonly limit: number }) {
    const { total, rows } = await personsPage(this.#deps.reader, range)
    return { total, persons: rows.map(toPerson) }
  }

  async externalIds(person: string): Promise<readonly ExternalId[]> {
    const rows = await externalIdsOf(this.#deps.reader, person)
    return rows.map(({ provider, subject, verified }) => ({ provider, subject, verified: verified === 1 }))
  }

  /** `merged` persons are somebody else by now: see `humanOf`. Undefined for an unknown id. */
  async status(id: string): Promise<PersonStatus | undefined> {
    return (await personById(this.#deps.reader, id))?.status as PersonStatus | undefined
  }

  /** The id under which a human goes on; the same for all ids that were merged. */
  async humanOf(id: string): Promise<string> {
    const next = (await personById(this.#deps.reader, id))?.merged_into
    return next ? this.humanOf(next) : id
  }

  /** Whether two ids are one human, who therefore cannot consent to their own wish. */
  async isSameHuman(one: string, other: string): Promise<boolean> {
    return (await this.humanOf(one)) === (await this.humanOf(other))
  }

  /** Active persons who are other humans than this one: those who can consent to what this one wants. */
  async othersThan(id: string): Promise<readonly string[]> {
    const human = await this.humanOf(id)
    return (await this.all()).flatMap((person) => (person.active && person.id !== human ? [person.id] : []))
  }

  /** Adds a person. Throws `identity.email-taken` or `identity.account-taken`, and then adds nobody. */
  async add(person: NewPerson, actor: Actor): Promise<Person> {
    const { row, events, writes } = await this.adding(person, actor)
    await this.#deps.log.record(events, writes, { contradiction: emailTaken })
    return toPerson(row)
  }

  /** What adding a person records and writes, for those who add more with it. Throws as `add` does. */
  async adding(
    { name, email, emailVerified, externalIds = [] }: NewPerson,
    actor: Actor,
  ): Promise<{ row: PersonRow; events: readonly IdentityEvent[]; writes: readonly Write[] }> {
    const address = emailId(email, emailVerified)
    const id = this.#deps.ids('per')
    const row: PersonRow = {
      id,
      name,
      email: address.subject,
      status: 'active',
      merged_into: null,
      salt: Buffer.from(this.#deps.random(32)),
      privileges_changed_at: 0,
    }
    const links = [address, ...externalIds]
    for (const link of links) await this.#checkFree(link)
    const data = { person: id, after: personDigest(row, links) }
    return {
      row,
      events: [{ kind: 'identity.person-added', actor, data }],
      writes: [insertPerson(row), ...links.map((link) => this.#linking(id, link))],
    }
  }

  /** Changes name or address. Throws `identity.person-unknown`, `identity.email-taken`. */
  async change(
    id: string,
    wanted: { readonly name?: string; readonly email?: string; readonly emailVerified?: boolean },
    actor: Actor,
  ): Promise<Person> {
    const row = await this.#row(id)
    const links = await this.externalIds(id)
    const email = wanted.email === undefined ? undefined : emailId(wanted.email, wanted.emailVerified ?? true)
    if (email !== undefined && email.subject !== row.email) await this.#checkFree(email)
    const changed = { ...row, name: wanted.name ?? row.name, email: email?.subject ?? row.email }
    const after =
      email === undefined ? links : [email, ...links.filter((link) => !isAddress(link, row.email))]
    const [before, now] = [personDigest(row, links), personDigest(changed, after)]
    if (before === now) return toPerson(row)
    const { name } = changed
    const moved =
      email === undefined ? [] : [deleteExternalId(EMAIL_PROVIDER, row.email), this.#linking(id, email)]
    await this.#deps.log.record(
      [{ kind: 'identity.person-changed', actor, data: { person: id, before, after: now } }],
      [updatePerson(id, { name, email: changed.email }), ...moved],
      { contradiction: emailTaken },
    )
    return toPerson(changed)
  }

  /**
   * Ends everything the person may do: status, sessions, password, links and run tokens in one transaction. What they
   * left running is stopped by whoever listens to the changes. Throws `identity.last-administrator`; twice is once.
   */
  async deactivate(id: string, reason: LeavingReason, actor: Actor): Promise<Person> {
    const row = await this.#row(id)
    if (row.status !== 'active') return toPerson(row)
    const data = { person: id, reason, ...(await this.#digests(row, { ...row, status: 'deactivated' })) }
    await this.#deps.log.record(
      [{ kind: 'identity.person-deactivated', actor, data }],
      [updatePerson(id, { status: 'deactivated' }), ...endingOf(id), keepAnAdministrator()],
      { contradiction: lastAdministrator },
    )
    return toPerson({ ...row, status: 'deactivated' })
  }

  /** Lets a person back in, with the roles they had and without password or sessions. */
  async reactivate(id: string, actor: Actor): Promise<Person> {
    const row = await this.#row(id)
    if (row.status === 'active') return toPerson(row)
    if (row.status === 'merged') throw inactive(id)
    const changed = { ...row, status: 'active' }
    const data = { person: id, ...(await this.#digests(row, changed)) }
    await this.#deps.log.record(
      [{ kind: 'identity.person-reactivated', actor, data }],
      [updatePerson(id, { status: 'active' })],
    )
    return toPerson(changed)
  }

  /** Notes how another system names a person. Throws `identity.account-taken`. */
  async link(id: string, link: ExternalId, actor: Actor): Promise<void> {
    const row = await this.#row(id)
    if (row.status !== 'active') throw inactive(id)
    const links = await this.externalIds(id)
    const known = links.find(
      ({ provider, subject }) => provider === link.provider && subject === link.subject,
    )
    if (known?.verified === link.verified) return
    if (known === undefined) await this.#checkFree(link)
    const rest = links.filter((other) => other !== known)
    const data = { person: id, before: personDigest(row, links), after: personDigest(row, [...rest, link]) }
    await this.#deps.log.record(
      [{ kind: 'identity.person-linked', actor, data }],
      [
        ...(known === undefined ? [] : [deleteExternalId(link.provider, link.subject)]),
        this.#linking(id, link),
      ],
      { contradiction: accountTaken },
    )
  }

  /** Forgets how another system names a person, who is signed out as well: that system may have let them in. */
  async unlink(id: string, provider: string, subject: string, actor: Actor): Promise<void> {
    const row = await this.#row(id)
    const links = await this.externalIds(id)
    const rest = links.filter((link) => link.provider !== provider || link.subject !== subject)
    if (rest.length === links.length) return
    const data = { person: id, before: personDigest(row, links), after: personDigest(row, rest) }
    await this.#deps.log.record(
      [{ kind: 'identity.person-unlinked', actor, data }],
      [deleteExternalId(provider, subject), deleteSessionsOf(id)],
    )
  }

  /**
   * Two persons turn out to be one human, who goes on as `into`: accounts move there, everything of `from` ends, and what
   * `from` did counts as theirs. Roles are not added up. Throws `identity.same-person`, `-person-inactive`, `-last-administrator`.
   */
  async merge(from: string, into: string, actor: Actor): Promise<void> {
    if (from === into) throw identityFailures.create('same-person', 'Name two different persons.')
    const [gone, kept] = [await this.#row(from), await this.#row(into)]
    if (kept.status !== 'active') throw inactive(into)
    if (gone.status === 'merged') throw inactive(from)
    const changed = { ...gone, status: 'merged', merged_into: into }
    const data = { person: from, into, ...(await this.#digests(gone, changed)) }
    await this.#deps.log.record(
      [{ kind: 'identity.persons-merged', actor, data }],
      [
        updatePerson(from, { status: 'merged', merged_into: into }),
        moveExternalIds(from, into),
        ...endingOf(from),
        keepAnAdministrator(),
      ],
      { contradiction: lastAdministrator },
    )
  }

  async #row(id: string): Promise<PersonRow> {
    const row = await personById(this.#deps.reader, id)
    if (row !== undefined) return row
    const message = `There is no person ${id.slice(0, 40)}; "custody persons list" lists them.`
    throw identityFailures.create('person-unknown', message)
  }

  async #digests(before: PersonRow, after: PersonRow) {
    const links = await this.externalIds(before.id)
    return { before: personDigest(before, links), after: personDigest(after, links) }
  }

  async #checkFree({ provider, subject }: ExternalId): Promise<void> {
    if ((await personOfExternalId(this.#deps.reader, provider, subject)) === undefined) return
    throw provider === EMAIL_PROVIDER ? emailTaken() : accountTaken()
  }

  #linking(person: string, { provider, subject, verified }: ExternalId): Write {
    const linked_at = timestamp(this.#deps.clock.now())
    return insertExternalId({ provider, subject, person, verified: verified ? 1 : 0, linked_at })
  }
}

function isAddress({ provider, subject }: ExternalId, email: string): boolean {
  return provider === EMAIL_PROVIDER && subject === email
}

const emailTaken = () =>
  identityFailures.create(
    'email-taken',
    'Another person has this e-mail address; merge the two if they are one.',
  )
const accountTaken = () =>
  identityFailures.create(
    'account-taken',
    'This account belongs to another person; merge the two if they are one.',
  )
const lastAdministrator = () =>
  identityFailures.create(
    'last-administrator',
    'This is the last active administrator; make somebody else one first.',
  )
const inactive = (id: string) =>
  identityFailures.create('person-inactive', `${id} is deactivated or was merged into another person.`)
