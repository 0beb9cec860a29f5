import type { Clock, Id, Ids } from '../../kernel/index.ts'
import { timestamp } from '../../kernel/index.ts'
import type { Vault } from '../../recording/vault/index.ts'
import type { ChangeLog } from './change-log.ts'
import { identityFailures } from './failures.ts'
import type { Scope } from './scope.ts'
import { personById } from './store/persons.ts'
import {
  allDisclosureGrants,
  disclosureGrantById,
  disclosureGrantsOf,
  insertDisclosureGrant,
  revokeDisclosureGrant,
} from './store/roles.ts'
import type { Db, DisclosureGrantRow } from './store/tables.ts'

/** Leave to read the parts of a scope for a time, for somebody whose role does not show them. */
export interface Disclosure {
  readonly id: Id<'grt'>
  readonly person: string
  readonly scope: Scope
  readonly grantedBy: string
  readonly expiresAt: string
  readonly revoked: boolean
}

export interface DisclosureWish {
  readonly person: string
  readonly scope: Scope
  /** For people; kept as a part, so that it can be erased. */
  readonly reason: string
  readonly lifetimeMs: number
}

interface DisclosuresDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
  readonly vault: Pick<Vault, 'seal'>
}

/** Disclosures: given by one person to another, with a reason and an end, and recorded. */
export class Disclosures {
  readonly #deps: DisclosuresDeps

  constructor(deps: DisclosuresDeps) {
    this.#deps = deps
  }

  /** Throws `identity.person-unknown`. */
  async grant({ person, scope, reason, lifetimeMs }: DisclosureWish, by: Id<'per'>): Promise<Disclosure> {
    const { log, reader, clock, ids, vault } = this.#deps
    if ((await personById(reader, person)) === undefined) {
      throw identityFailures.create('person-unknown', `There is no person ${person.slice(0, 40)}.`)
    }
    const [id, event] = [ids('grt'), ids('evt')]
    const sealed = await vault.seal({ event }, { reason: { type: 'text/plain', body: Buffer.from(reason) } })
    const expires_at = clock.now() + lifetimeMs
    const row: DisclosureGrantRow = { id, person, scope, granted_by: by, expires_at, revoked_at: null }
    const data = { grant: id, person, scope, expiresAt: timestamp(expires_at) }
    await log.record(
      [{ id: event, kind: 'identity.disclosure-granted', actor: by, data, parts: sealed.parts }],
      [...sealed.writes, insertDisclosureGrant(row)],
    )
    return toDisclosure(row)
  }

  /** Ends it before its time; twice is once. Throws `identity.disclosure-unknown`. */
  async revoke(id: string, by: Id<'per'>): Promise<void> {
    const { log, reader, clock } = this.#deps
    const row = await disclosureGrantById(reader, id)
    if (row === undefined) {
      throw identityFailures.create('disclosure-unknown', `There is no disclosure ${id.slice(0, 40)}.`)
    }
    if (row.revoked_at !== null) return
    const { person, scope } = row
    await log.record(
      [{ kind: 'identity.disclosure-revoked', actor: by, data: { grant: id, person, scope } }],
      [revokeDisclosureGrant(id, clock.now())],
    )
  }

  /** Those that count now. */
  async of(person: string): Promise<readonly Disclosure[]> {
    const rows = await disclosureGrantsOf(this.#deps.reader, person, this.#deps.clock.now())
    return rows.map(toDisclosure)
  }

  /** Newest first, at most 1000, ended ones as well. */
  async all(): Promise<readonly Disclosure[]> {
    return (await allDisclosureGrants(this.#deps.reader)).map(toDisclosure)
  }
}

function toDisclosure(row: DisclosureGrantRow): Disclosure {
  return {
    id: row.id as Id<'grt'>,
    person: row.person,
    scope: row.scope as Scope,
    grantedBy: row.granted_by,
    expiresAt: timestamp(row.expires_at),
    revoked: row.revoked_at !== null,
  }
}
