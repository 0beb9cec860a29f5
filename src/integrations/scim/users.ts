import type { Identity, Person, Principal, RefusedClaim } from '../../governing/identity/index.ts'
import { type Clock, type Ids, timestamp } from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import { applyPatch } from './apply-patch.ts'
import type { DeactivationLimit } from './deactivation-guard.ts'
import { Deactivations } from './deactivations.ts'
import { scimFailures } from './failures.ts'
import type { Filter } from './filter.ts'
import { type Page, type Paging, pageOfMatches, requiredValue } from './paging.ts'
import { readPatch } from './patch-request.ts'
import { readResource } from './read-resource.ts'
import { type ScimResource, textOf } from './resource.ts'
import { USER_SCHEMA } from './schema.ts'
import {
  countUsers,
  type Db,
  insertUser,
  type KnownUser,
  type Narrowed,
  type UserColumn,
  updateUser,
  userById,
  userByName,
  usersAfter,
  usersPage,
} from './store.ts'
import type { Turns } from './turns.ts'
import { storedResource, userDocument } from './user-document.ts'
import { personOf, type UserAsPerson, userNameKey } from './user-mapping.ts'
import { requireVersion } from './version.ts'

export interface ScimDeps {
  readonly identity: Identity
  readonly ledger: Ledger
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
  readonly turns: Turns
  readonly limit: DeactivationLimit
}

/** Who changes something, and which version they saw. */
export interface Changing {
  readonly actor: Principal['id']
  readonly ifMatch?: string
}

/** How the directory names persons in the table of external ids. */
const PROVIDER = 'scim:directory'

/** The users of the company's directory, each a person here. */
export class ScimUsers {
  readonly #deps: ScimDeps
  readonly deactivations: Deactivations

  constructor(deps: ScimDeps) {
    this.#deps = deps
    this.deactivations = new Deactivations(deps)
  }

  /** Throws `scim.unknown`. */
  async get(id: string): Promise<ScimResource> {
    return this.#document(await this.#row(id))
  }

  async list(paging: Paging, filter?: Filter): Promise<Page> {
    const { reader } = this.#deps
    const resourceOf = (row: KnownUser) => this.#document(row)
    if (filter === undefined) {
      const rows = await usersPage(reader, paging.startIndex - 1, paging.count)
      return { total: await countUsers(reader), resources: await Promise.all(rows.map(resourceOf)) }
    }
    const narrowed = narrowedBy(filter)
    const next = (after: string, limit: number) => usersAfter(reader, { after, limit, narrowed })
    return pageOfMatches(paging, filter, { next, resourceOf })
  }

  /** Adds a person, takes over one with the same address, or takes back one the directory had deleted. Throws `scim.taken`, `scim.value-invalid`, `scim.deactivated-here`. */
  create(body: unknown, { actor }: Changing): Promise<ScimResource> {
    return this.#deps.turns.take(async () => {
      const user = readResource(USER_SCHEMA, body)
      const wanted = personOf(user)
      await this.#checkUserName(user, undefined)
      const person = await this.#personFor(user, wanted, actor)
      const now = this.#deps.clock.now()
      await this.#write([
        insertUser({
          id: person.id,
          ...columnsOf(user),
          created_at: timestamp(now),
          changed_at: timestamp(now),
          put_out_at: wanted.active ? null : 0,
          held_at: null,
          deleted_at: null,
        }),
      ])
      // Who comes deactivated leaves nobody behind, so it is not counted.
      if (!wanted.active) await this.#deps.identity.directory.deactivate(person.id, 'directory', actor)
      return this.get(person.id)
    })
  }

  /** Throws as `create` and `get` do, and `scim.version-differs`, `scim.deactivation-held`, `identity.email-taken`, `identity.last-administrator`. */
  replace(id: string, body: unknown, changing: Changing): Promise<ScimResource> {
    return this.#deps.turns.take(async () => {
      const row = await this.#row(id)
      return this.#change(row, readResource(USER_SCHEMA, body), changing)
    })
  }

  /** Throws as `replace` and `applyPatch` do. */
  patch(id: string, body: unknown, changing: Changing): Promise<ScimResource> {
    return this.#deps.turns.take(async () => {
      const row = await this.#row(id)
      return this.#change(row, applyPatch(USER_SCHEMA, await this.#document(row), readPatch(body)), changing)
    })
  }

  /** Deactivates the person, who stays as an id, takes them out of the directory's groups and forgets what it said of them. */
  remove(
    id: string,
    { actor, ifMatch }: Changing,
    leaveGroups: (person: string) => Promise<void>,
  ): Promise<void> {
    return this.#deps.turns.take(async () => {
      const row = await this.#row(id)
      requireVersion(versionIn(await this.#document(row)), ifMatch)
      const { directory } = this.#deps.identity
      const human = await directory.humanOf(id)
      if ((await directory.status(human)) === 'active') await this.deactivations.deactivate(row, human, actor)
      await leaveGroups(human)
      for (const { provider, subject } of await directory.externalIds(human)) {
        if (provider === PROVIDER) await directory.unlink(human, provider, subject, actor)
      }
      await this.#write([
        updateUser(id, {
          user_name: null,
          resource: '{}',
          deleted_at: this.#deps.clock.now(),
          held_at: null,
        }),
      ])
    })
  }

  async #change(row: KnownUser, user: ScimResource, { actor, ifMatch }: Changing): Promise<ScimResource> {
    const before = await this.#document(row)
    requireVersion(versionIn(before), ifMatch)
    const wanted = personOf({ active: before.active ?? true, ...user })
    await this.#checkUserName(user, row.id)
    const { directory } = this.#deps.identity
    const human = await directory.humanOf(row.id)
    if (wanted.active && before.active === false) forbidIfPutOutHere(row)
    // First, since nothing else of the request matters as much.
    if (!wanted.active && before.active === true) await this.deactivations.deactivate(row, human, actor)
    // Who was merged goes on as another person, whose name is not the directory's to say.
    if (human === row.id) await directory.change(human, { ...wanted, emailVerified: true }, actor)
    const columns = columnsOf(user)
    if (columns.resource !== row.resource) {
      await this.#write([updateUser(row.id, { ...columns, changed_at: timestamp(this.#deps.clock.now()) })])
    }
    if (wanted.active) await this.#letIn(row, human, actor)
    return this.get(row.id)
  }

  async #letIn(row: KnownUser, human: string, actor: Principal['id']): Promise<void> {
    if (row.put_out_at === null && row.held_at === null) return
    await this.#deps.identity.directory.reactivate(human, actor)
    await this.#write([
      updateUser(row.id, { put_out_at: null, held_at: null, changed_at: timestamp(this.#deps.clock.now()) }),
    ])
  }

  async #personFor(user: ScimResource, wanted: UserAsPerson, actor: Principal['id']): Promise<Person> {
    const { identity, reader, ids } = this.#deps
    const { directory } = identity
    const known = await directory.byEmail(wanted.email)
    const row = known === undefined ? undefined : await userById(reader, known.id)
    if (known !== undefined && row !== undefined) return this.#takeBack(known, row, { user, wanted, actor })
    // A creation that was cut short left the person linked already.
    const links = known === undefined ? [] : await directory.externalIds(known.id)
    if (known?.active && links.some(({ provider }) => provider === PROVIDER)) return known
    const account = { provider: PROVIDER, subject: ids('req'), ...wanted, emailVerified: true }
    const resolved = await identity.accounts.resolve(account, { actor, mayAdd: true })
    if (resolved.state === 'refused') throw refusedClaim(resolved.because)
    if (resolved.state !== 'linked') return resolved.person
    return directory.change(resolved.person.id, { name: wanted.name }, actor)
  }

  /** Somebody the directory deleted returns; the same address with another externalId may be another human. */
  async #takeBack(
    known: Person,
    row: KnownUser,
    { user, wanted, actor }: { user: ScimResource; wanted: UserAsPerson; actor: Principal['id'] },
  ): Promise<Person> {
    if (row.deleted_at === null || row.external_id !== (textOf(user, 'externalId') ?? null)) {
      throw taken('The e-mail address belongs to another person, here or from before.')
    }
    if (!known.active) forbidIfPutOutHere(row)
    const { directory } = this.#deps.identity
    const person = await directory.reactivate(known.id, actor)
    const link = { provider: PROVIDER, subject: this.#deps.ids('req'), verified: true }
    await directory.link(person.id, link, actor)
    return directory.change(person.id, { name: wanted.name }, actor)
  }

  async #checkUserName(user: ScimResource, self: string | undefined): Promise<void> {
    const other = await userByName(this.#deps.reader, userNameKey(user))
    if (other === undefined || other.id === self) return
    throw taken('Another user has this userName.')
  }

  async #row(id: string): Promise<KnownUser> {
    const row = await userById(this.#deps.reader, id)
    if (row !== undefined && row.deleted_at === null) return row
    throw scimFailures.create('unknown', `There is no user ${id.slice(0, 40)}.`)
  }

  async #document(row: KnownUser): Promise<ScimResource> {
    if (row.status !== 'merged') return userDocument(row, row.status === 'active')
    const { directory } = this.#deps.identity
    return userDocument(row, (await directory.status(await directory.humanOf(row.id))) === 'active')
  }

  #write(writes: Parameters<Ledger['write']>[0]): Promise<void> {
    return this.#deps.ledger.write(writes)
  }
}

function columnsOf(user: ScimResource) {
  const external_id = textOf(user, 'externalId') ?? null
  return { user_name: userNameKey(user), external_id, resource: storedResource(user) }
}

function narrowedBy(filter: Filter): Narrowed<UserColumn> {
  const [id, userName, externalId] = ['id', 'userName', 'externalId'].map((name) =>
    requiredValue(filter, name),
  )
  if (id !== undefined) return { column: 'id', value: id }
  if (userName !== undefined) return { column: 'user_name', value: userNameKey({ userName }) }
  return externalId === undefined ? undefined : { column: 'external_id', value: externalId }
}

function versionIn({ meta }: ScimResource): string {
  return textOf(meta as ScimResource, 'version') ?? ''
}

function forbidIfPutOutHere({ put_out_at }: KnownUser): void {
  if (put_out_at !== null) return
  throw scimFailures.create(
    'deactivated-here',
    'An administrator deactivated this person; only one can undo it.',
  )
}

function refusedClaim(because: RefusedClaim) {
  if (because === 'deactivated') {
    return scimFailures.create('deactivated-here', 'The person with this address is deactivated here.')
  }
  return taken('The e-mail address belongs to another person.')
}

function taken(message: string) {
  return scimFailures.create('taken', message)
}
