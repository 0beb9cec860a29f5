import type { Identity, IdentityTables, Principal } from '../../governing/identity/index.ts'
import type { Clock, Ids } from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import type { Reader } from '../../storage/index.ts'
import { type BulkOperation, readBulk } from './bulk-request.ts'
import { DEFAULT_LIMIT, type DeactivationLimit } from './deactivation-guard.ts'
import type { Deactivations } from './deactivations.ts'
import { BULK_RESPONSE_URN, listResponse, MAX_PAGE } from './discovery.ts'
import type { Filter } from './filter.ts'
import type { RolesByGroup } from './group-roles.ts'
import { ScimGroups } from './groups.ts'
import { pagingOf } from './paging.ts'
import { parseFilter } from './parse-filter.ts'
import { project, type Wanted, wants } from './projection.ts'
import { type ScimItem, type ScimResource, textOf } from './resource.ts'
import { type BulkDone, runBulk } from './run-bulk.ts'
import { GROUP_SCHEMA, type Schema, USER_SCHEMA } from './schema.ts'
import type { ScimTables } from './store.ts'
import { Turns } from './turns.ts'
import { type Changing, ScimUsers } from './users.ts'

export interface ScimSettings {
  readonly limit?: DeactivationLimit
  readonly roles?: RolesByGroup
}

export interface ScimOptions extends ScimSettings {
  readonly identity: Identity
  readonly ledger: Ledger
  readonly reader: Reader<ScimTables & IdentityTables>
  readonly clock: Clock
  readonly ids: Ids
}

export type Endpoint = 'Users' | 'Groups'

export interface ListQuery extends Wanted {
  readonly filter?: string
  readonly startIndex?: number
  readonly count?: number
}

/** A resource as it is answered, with what its headers say. */
export interface Shown {
  readonly id: string
  readonly location: string
  readonly version: string
  readonly document: object
}

/** The SCIM 2.0 server over Custody's own directory; everything it throws for a client's reason is a Failure. */
export class Scim {
  readonly #users: ScimUsers
  readonly #groups: ScimGroups

  constructor(options: ScimOptions) {
    const turns = new Turns()
    this.#users = new ScimUsers({ ...options, turns, limit: options.limit ?? DEFAULT_LIMIT })
    this.#groups = new ScimGroups({ ...options, turns, roles: options.roles ?? {} })
  }

  /** Mass deactivations that wait for an administrator. */
  get deactivations(): Deactivations {
    return this.#users.deactivations
  }

  /** Has groups that came earlier follow the configuration; throws `identity.last-administrator` and leaves the rest. */
  followConfiguration(): Promise<void> {
    return this.#groups.giveEveryRole()
  }

  async list(endpoint: Endpoint, query: ListQuery): Promise<object> {
    const schema = SCHEMA_OF[endpoint]
    const paging = pagingOf(query, MAX_PAGE)
    const text = query.filter?.trim() ?? ''
    const filter = text === '' ? undefined : parseFilter(text, schema)
    const page =
      endpoint === 'Users'
        ? await this.#users.list(paging, filter)
        : await this.#groups.list(paging, {
            withMembers:
              wants(schema, 'members', query) || (filter !== undefined && mentions(filter, 'members')),
            ...(filter === undefined ? {} : { filter }),
          })
    const resources = page.resources.map((resource) => documentOf(schema, resource, query))
    return listResponse({ total: page.total, startIndex: paging.startIndex, resources })
  }

  async get(endpoint: Endpoint, id: string, wanted: Wanted = {}): Promise<Shown> {
    return shown(endpoint, await this.#of(endpoint).get(id), wanted)
  }

  async create(endpoint: Endpoint, body: unknown, changing: Changing): Promise<Shown> {
    return shown(endpoint, await this.#of(endpoint).create(body, changing))
  }

  async replace(
    endpoint: Endpoint,
    id: string,
    { body, ...changing }: Changing & { body: unknown },
  ): Promise<Shown> {
    return shown(endpoint, await this.#of(endpoint).replace(id, body, changing))
  }

  async patch(
    endpoint: Endpoint,
    id: string,
    { body, ...changing }: Changing & { body: unknown },
  ): Promise<Shown> {
    return shown(endpoint, await this.#of(endpoint).patch(id, body, changing))
  }

  remove(endpoint: Endpoint, id: string, changing: Changing): Promise<void> {
    if (endpoint === 'Groups') return this.#groups.remove(id, changing)
    return this.#users.remove(id, changing, (person) => this.#groups.leaveAll(person, changing.actor))
  }

  /** Answers each operation for itself; throws `scim.request-malformed`, `scim.bulk-too-large` for the whole. */
  async bulk(body: unknown, actor: Principal['id']): Promise<object> {
    const answers = await runBulk(readBulk(body), (operation) => this.#execute(operation, actor))
    return { schemas: [BULK_RESPONSE_URN], Operations: answers }
  }

  async #execute(operation: BulkOperation, actor: Principal['id']): Promise<BulkDone> {
    const { method, endpoint, id = '', data: body, version } = operation
    const changing = { actor, body, ...(version === undefined ? {} : { ifMatch: version }) }
    switch (method) {
      case 'POST':
        return { ...(await this.create(endpoint, body, { actor })), status: 201 }
      case 'PUT':
        return { ...(await this.replace(endpoint, id, changing)), status: 200 }
      case 'PATCH':
        return { ...(await this.patch(endpoint, id, changing)), status: 200 }
      case 'DELETE':
        await this.remove(endpoint, id, changing)
        return { id, location: `/scim/v2/${endpoint}/${id}`, status: 204 }
    }
  }

  #of(endpoint: Endpoint): ScimUsers | ScimGroups {
    return endpoint === 'Users' ? this.#users : this.#groups
  }
}

const SCHEMA_OF: Readonly<Record<Endpoint, Schema>> = { Users: USER_SCHEMA, Groups: GROUP_SCHEMA }

function shown(endpoint: Endpoint, resource: ScimResource, wanted: Wanted = {}): Shown {
  const meta = resource.meta as ScimItem
  return {
    id: textOf(resource, 'id') ?? '',
    location: textOf(meta, 'location') ?? '',
    version: textOf(meta, 'version') ?? '',
    document: documentOf(SCHEMA_OF[endpoint], resource, wanted),
  }
}

function documentOf(schema: Schema, resource: ScimResource, wanted: Wanted): object {
  return { schemas: [schema.urn], ...project(schema, resource, wanted) }
}

function mentions(filter: Filter, name: string): boolean {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.of.some((part) => mentions(part, name))
    case 'not':
      return mentions(filter.of, name)
    default:
      return filter.attribute.name === name
  }
}
