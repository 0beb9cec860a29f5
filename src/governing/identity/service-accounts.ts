import { type Clock, type Id, type Ids, type Random, timestamp } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import { type ChangeLog, stateDigest } from './change-log.ts'
import { identityFailures } from './failures.ts'
import type { ServiceAccount } from './principal.ts'
import {
  allServices,
  deleteServiceToken,
  deleteServiceTokensOf,
  insertService,
  insertServiceToken,
  type ServiceRow,
  type ServiceTokenRow,
  serviceById,
  serviceTokenByDigest,
  serviceTokenById,
  serviceTokensOf,
  setServiceStatus,
} from './store/non-persons.ts'
import { deleteRoleGrantsOf } from './store/roles.ts'
import type { Db } from './store/tables.ts'
import { digestToken, isToken, mintToken } from './token.ts'

/** A credential of a service account, as it can be shown. */
export interface ServiceToken {
  readonly id: Id<'key'>
  readonly service: Id<'svc'>
  readonly issuedAt: string
  readonly expiresAt: string
}

interface ServiceAccountsDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
}

/** Accounts of integrations, each with tokens of its own that expire. What they may do is for their roles to say. */
export class ServiceAccounts {
  readonly #deps: ServiceAccountsDeps

  constructor(deps: ServiceAccountsDeps) {
    this.#deps = deps
  }

  /** Throws `identity.service-name-taken`. */
  async add(name: string, actor: Actor): Promise<ServiceAccount> {
    const row: ServiceRow = { id: this.#deps.ids('svc'), name, status: 'active' }
    await this.#deps.log.record(
      [{ kind: 'identity.service-added', actor, data: { service: row.id, after: stateDigest({ ...row }) } }],
      [insertService(row)],
      {
        contradiction: () =>
          identityFailures.create('service-name-taken', 'Another service account has this name.'),
      },
    )
    return toService(row)
  }

  async byId(id: string): Promise<ServiceAccount | undefined> {
    const row = await serviceById(this.#deps.reader, id)
    return row === undefined ? undefined : toService(row)
  }

  async all(): Promise<readonly ServiceAccount[]> {
    return (await allServices(this.#deps.reader)).map(toService)
  }

  /** A token; its secret is shown once. Throws `identity.service-unknown`. */
  async issueToken(
    service: string,
    lifetimeMs: number,
    actor: Actor,
  ): Promise<ServiceToken & { readonly token: string }> {
    const { log, clock, ids, random } = this.#deps
    if ((await this.#row(service)).status !== 'active') throw unknown(service)
    const token = mintToken('service', random)
    const now = clock.now()
    const row: ServiceTokenRow = {
      digest: digestToken(token),
      id: ids('key'),
      service,
      issued_at: now,
      expires_at: now + lifetimeMs,
    }
    const data = { service, token: row.id, expiresAt: timestamp(row.expires_at) }
    await log.record([{ kind: 'identity.token-issued', actor, data }], [insertServiceToken(row)])
    return { ...toServiceToken(row), token }
  }

  async tokensOf(service: string): Promise<readonly ServiceToken[]> {
    return (await serviceTokensOf(this.#deps.reader, service)).map(toServiceToken)
  }

  /** Throws `identity.token-unknown`. */
  async revokeToken(id: string, actor: Actor): Promise<void> {
    const row = await serviceTokenById(this.#deps.reader, id)
    if (row === undefined)
      throw identityFailures.create('token-unknown', `There is no token ${id.slice(0, 40)}.`)
    const data = { service: row.service, token: id }
    await this.#deps.log.record([{ kind: 'identity.token-revoked', actor, data }], [deleteServiceToken(id)])
  }

  /** Ends the account with its tokens and roles; its name stays taken. Twice is once. */
  async remove(id: string, actor: Actor): Promise<void> {
    const row = await this.#row(id)
    if (row.status !== 'active') return
    const [before, after] = [stateDigest({ ...row }), stateDigest({ ...row, status: 'removed' })]
    await this.#deps.log.record(
      [{ kind: 'identity.service-removed', actor, data: { service: id, before, after } }],
      [setServiceStatus(id, 'removed'), deleteServiceTokensOf(id), deleteRoleGrantsOf(id)],
    )
  }

  /** The active account a token belongs to; undefined when it is unknown, revoked or expired. */
  async ofToken(token: string): Promise<ServiceAccount | undefined> {
    if (!isToken('service', token)) return undefined
    const row = await serviceTokenByDigest(this.#deps.reader, digestToken(token))
    if (row === undefined || row.expires_at <= this.#deps.clock.now()) return undefined
    const service = await this.byId(row.service)
    return service?.active ? service : undefined
  }

  async #row(id: string): Promise<ServiceRow> {
    const row = await serviceById(this.#deps.reader, id)
    if (row === undefined) throw unknown(id)
    return row
  }
}

function unknown(id: string) {
  return identityFailures.create('service-unknown', `There is no service account ${id.slice(0, 40)}.`)
}

function toService({ id, name, status }: ServiceRow): ServiceAccount {
  return { id: id as Id<'svc'>, name, active: status === 'active' }
}

function toServiceToken(row: ServiceTokenRow): ServiceToken {
  return {
    id: row.id as Id<'key'>,
    service: row.service as Id<'svc'>,
    issuedAt: timestamp(row.issued_at),
    expiresAt: timestamp(row.expires_at),
  }
}
