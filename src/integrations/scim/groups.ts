import type { Identity, Role, Team } from '../../governing/identity/index.ts'
import { type Clock, type Id, timestamp } from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import { applyPatch } from './apply-patch.ts'
import { scimFailures } from './failures.ts'
import type { Filter } from './filter.ts'
import { memberIds, teamOf } from './group-mapping.ts'
import { changeRoles, type RolesByGroup, rolesOfGroup } from './group-roles.ts'
import { type Page, type Paging, pageOfMatches, requiredValue } from './paging.ts'
import { readPatch } from './patch-request.ts'
import { readResource } from './read-resource.ts'
import { type ScimResource, textOf } from './resource.ts'
import { GROUP_SCHEMA } from './schema.ts'
import {
  countGroups,
  type Db,
  type GroupColumn,
  type GroupRow,
  groupById,
  groupsAfter,
  groupsPage,
  insertGroup,
  type Narrowed,
  updateGroup,
  usersAmong,
} from './store.ts'
import type { Turns } from './turns.ts'
import type { Changing } from './users.ts'
import { requireVersion, versionOf } from './version.ts'

export interface GroupsDeps {
  readonly identity: Identity
  readonly ledger: Ledger
  readonly reader: Db
  readonly clock: Clock
  readonly turns: Turns
  readonly roles: RolesByGroup
}

const BATCH = 500

/** The groups of the company's directory, each a team here. Members the directory does not know stay in the team. */
export class ScimGroups {
  readonly #deps: GroupsDeps

  constructor(deps: GroupsDeps) {
    this.#deps = deps
  }

  /** Throws `scim.unknown`. */
  async get(id: string): Promise<ScimResource> {
    return this.#document(await this.#row(id))
  }

  /** Without `members` when nobody is to see them: a group may be as large as the company. */
  async list(
    paging: Paging,
    { filter, withMembers }: { readonly filter?: Filter; readonly withMembers: boolean },
  ): Promise<Page> {
    const { reader } = this.#deps
    const resourceOf = (row: GroupRow) => (withMembers ? this.#document(row) : Promise.resolve(outline(row)))
    if (filter === undefined) {
      const rows = await groupsPage(reader, paging.startIndex - 1, paging.count)
      return { total: await countGroups(reader), resources: await Promise.all(rows.map(resourceOf)) }
    }
    const narrowed = narrowedBy(filter)
    const next = (after: string, limit: number) => groupsAfter(reader, { after, limit, narrowed })
    return pageOfMatches(paging, filter, { next, resourceOf })
  }

  /** Throws `scim.taken`, `scim.value-invalid` for a name that no team can have or a member there is not. */
  create(body: unknown, { actor }: Changing): Promise<ScimResource> {
    return this.#deps.turns.take(async () => {
      const { identity, ledger, clock } = this.#deps
      const group = readResource(GROUP_SCHEMA, body)
      const { name, members } = teamOf(group)
      await this.#checkMembers(members)
      const team = await this.#teamFor(name, actor)
      const at = timestamp(clock.now())
      const row = { id: team.id, ...namesOf(group), roles: '[]', created_at: at, changed_at: at }
      await ledger.write([insertGroup(row)])
      if (members.length > 0) await identity.teams.setMembers(team.id, members, actor)
      await this.#giveRoles(row)
      return this.get(team.id)
    })
  }

  /** Throws as `create` and `get` do, and `scim.version-differs`, `identity.last-administrator`. */
  replace(id: string, body: unknown, changing: Changing): Promise<ScimResource> {
    return this.#deps.turns.take(async () => {
      const row = await this.#row(id)
      return this.#change(row, readResource(GROUP_SCHEMA, body), changing)
    })
  }

  /** Throws as `replace` and `applyPatch` do. */
  patch(id: string, body: unknown, changing: Changing): Promise<ScimResource> {
    return this.#deps.turns.take(async () => {
      const row = await this.#row(id)
      return this.#change(row, applyPatch(GROUP_SCHEMA, await this.#document(row), readPatch(body)), changing)
    })
  }

  /** Removes the team with the roles it gave. Throws `scim.unknown`, `scim.version-differs`, `identity.last-administrator`. */
  remove(id: string, { actor, ifMatch }: Changing): Promise<void> {
    return this.#deps.turns.take(async () => {
      const row = await this.#row(id)
      if (ifMatch !== undefined) requireVersion(versionOf(await this.#document(row)), ifMatch)
      await this.#deps.identity.teams.remove(id, actor)
    })
  }

  /** Gives every group the roles that the configuration says now. Throws `identity.last-administrator`. */
  giveEveryRole(): Promise<void> {
    return this.#deps.turns.take(async () => {
      for (let after = ''; ; ) {
        const rows = await groupsAfter(this.#deps.reader, { after, limit: BATCH, narrowed: undefined })
        for (const row of rows) await this.#giveRoles(row)
        after = rows.at(-1)?.id ?? after
        if (rows.length < BATCH) return
      }
    })
  }

  /** Takes a person out of every group of the directory. Only within a turn. */
  async leaveAll(person: string, actor: Changing['actor']): Promise<void> {
    const { identity, reader } = this.#deps
    for (const team of await identity.teams.of(person)) {
      if ((await groupById(reader, team)) !== undefined)
        await identity.teams.removeMember(team, person, actor)
    }
  }

  async #change(row: GroupRow, group: ScimResource, { actor, ifMatch }: Changing): Promise<ScimResource> {
    const { identity, ledger, clock } = this.#deps
    const before = await this.#document(row)
    requireVersion(versionOf(before), ifMatch)
    const { name, members } = teamOf(group)
    const known = new Set(memberIds(before))
    await this.#checkMembers(members.filter((member) => !known.has(member)))
    const team = await identity.teams.byId(row.id)
    if (team?.name !== name) await identity.teams.rename(row.id, name, actor)
    const strangers = (team?.members ?? []).filter((member) => !known.has(member))
    await identity.teams.setMembers(row.id, [...members, ...strangers], actor)
    const changed = { ...namesOf(group), changed_at: timestamp(clock.now()) }
    const same = changed.display_name === row.display_name && changed.external_id === row.external_id
    if (!same || !isSame(members, known)) await ledger.write([updateGroup(row.id, changed)])
    await this.#giveRoles({ ...row, ...changed })
    return this.get(row.id)
  }

  /** A new team; an empty one that nobody uses yet is taken over. */
  async #teamFor(name: string, actor: Changing['actor']): Promise<Team> {
    const { identity, reader } = this.#deps
    const known = await identity.teams.byName(name)
    if (known === undefined) return identity.teams.add(name, actor)
    const isUnused = known.members.length === 0 && known.owns.length === 0
    const isFree = isUnused && (await identity.roleGrants.of([known.id])).length === 0
    if (isFree && (await groupById(reader, known.id)) === undefined) return known
    throw scimFailures.create('taken', `The team ${name} is there already.`)
  }

  async #giveRoles({ id, display_name, roles }: GroupRow): Promise<void> {
    const before = JSON.parse(roles) as Role[]
    const after = rolesOfGroup(this.#deps.roles, display_name)
    if (isSame(after, new Set(before))) return
    await changeRoles(this.#deps.identity, id as Id<'tem'>, { before, after })
    await this.#deps.ledger.write([updateGroup(id, { roles: JSON.stringify(after) })])
  }

  async #checkMembers(members: readonly string[]): Promise<void> {
    const known = await usersAmong(this.#deps.reader, members)
    const stranger = members.find((member) => !known.has(member))
    if (stranger === undefined) return
    throw scimFailures.create('value-invalid', `There is no user ${stranger.slice(0, 40)} to be a member.`)
  }

  async #row(id: string): Promise<GroupRow> {
    const row = await groupById(this.#deps.reader, id)
    if (row !== undefined) return row
    throw scimFailures.create('unknown', `There is no group ${id.slice(0, 40)}.`)
  }

  async #document(row: GroupRow): Promise<ScimResource> {
    const { identity, reader } = this.#deps
    const team = await identity.teams.byId(row.id)
    const known = await usersAmong(reader, team?.members ?? [])
    const members = (team?.members ?? []).filter((member) => known.has(member))
    const plain = outline(row)
    const items = members.map((value) => ({ value, type: 'User' }))
    const resource = items.length === 0 ? plain : { ...plain, members: items }
    return { ...resource, meta: { ...(plain.meta as object), version: versionOf(resource) } }
  }
}

function outline(row: GroupRow): ScimResource {
  return {
    id: row.id,
    displayName: row.display_name,
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    meta: {
      resourceType: 'Group',
      created: row.created_at,
      lastModified: row.changed_at,
      location: `/scim/v2/Groups/${row.id}`,
    },
  }
}

function namesOf(group: ScimResource) {
  return {
    display_name: textOf(group, 'displayName') ?? '',
    external_id: textOf(group, 'externalId') ?? null,
  }
}

function isSame(some: readonly string[], others: ReadonlySet<string>): boolean {
  return some.length === others.size && some.every((one) => others.has(one))
}

function narrowedBy(filter: Filter): Narrowed<GroupColumn> {
  const [id, externalId] = ['id', 'externalId'].map((name) => requiredValue(filter, name))
  if (id !== undefined) return { column: 'id', value: id }
  return externalId === undefined ? undefined : { column: 'external_id', value: externalId }
}
