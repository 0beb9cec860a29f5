import { type Clock, type Id, type Ids, timestamp } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { KeyRegister, Ledger } from '../ledger/index.ts'
import type { Runs } from '../runs/index.ts'
import type { Vault, VaultTables } from '../vault/index.ts'
import { coveredBy, held } from './covered-runs.ts'
import { signDeletionRecords } from './deletion-records.ts'
import { type ErasedUnits, type ErasureGrounds, eraseInUnits } from './erase-units.ts'
import { type ErasureScope, type ErasureTarget, findTarget } from './erasure-target.ts'
import { retentionFailures } from './failures.ts'
import { holdsCovering, type RequestRow, type RetentionTables, requestById } from './store.ts'

/** Why a person erases; `retention` is the policy's own reason. */
export const ERASURE_REASONS = [
  'data-subject-request',
  'secret-recorded',
  'recorded-by-mistake',
  'contract-ended',
  'court-order',
] as const
export type ErasureReason = (typeof ERASURE_REASONS)[number]

/** What a person wants erased. `subject`: `EVENT/NAME` of a part, or the id of a run or person. */
export interface ErasureWish {
  readonly scope: ErasureScope
  readonly subject: string
  readonly reason: ErasureReason
  /** For people; kept as a part. */
  readonly note: string
}

/** Persons, as far as erasing needs to know them. */
export interface People {
  isPerson(id: string): Promise<boolean>
  /** Ids of everybody who may consent. */
  active(): Promise<readonly string[]>
  /** Takes away everything personal about one. */
  forget(id: string): readonly Write[]
}

export type ErasureOutcome =
  /** Another person has to approve it first. */
  | { readonly state: 'requested'; readonly request: string }
  | ({ readonly state: 'erased'; readonly request?: string } & ErasedUnits)

export interface ErasuresDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly runs: Runs
  readonly people: People
  readonly reader: Reader<VaultTables & RetentionTables>
  readonly keys: Pick<KeyRegister, 'withStatementKey'>
  readonly clock: Clock
  readonly ids: Ids
  /** Returns when what was deleted is gone from the database's own files as well. */
  scrub(): Promise<void>
}

/**
 * Erasure by persons: one asks, another consents. What was erased is gone for good when this says so; the ledger keeps
 * what was erased, when, by whom and why, and every proof still holds.
 */
export class Erasures {
  readonly #deps: ErasuresDeps

  constructor(deps: ErasuresDeps) {
    this.#deps = deps
  }

  /**
   * Asks for an erasure, or erases at once where there is nobody else who could consent. What is erased already stays so.
   * Throws `retention.*`, `run.unknown`, `vault.part-unknown`.
   */
  async ask(actor: Id<'per'>, wish: ErasureWish): Promise<ErasureOutcome> {
    const target = await this.#freeTarget(wish)
    if (target.doneBy !== undefined) return { state: 'erased', entries: [target.doneBy], parts: 0, bytes: 0 }
    const others = (await this.#deps.people.active()).filter((id) => id !== actor)
    if (others.length === 0 && wish.subject === actor) throw lastPerson()
    const request = await this.#request(actor, wish)
    if (others.length > 0) return { state: 'requested', request }
    const { scope, subject, reason } = wish
    return this.#erase(target, { actor, scope, subject, reason, consent: 'only-person', request })
  }

  /**
   * Consents to what another person asked for, and erases it. Approving what is done changes nothing. Throws `retention.*`.
   */
  async approve(approver: Id<'per'>, request: string): Promise<ErasureOutcome> {
    const row = await requestById(this.#deps.reader, request)
    if (row === undefined) {
      throw retentionFailures.create('request-unknown', `There is no request ${request} to erase anything.`)
    }
    if (row.actor === approver || !(await this.#deps.people.active()).includes(approver)) {
      throw retentionFailures.create(
        'own-request',
        'Another active person than the one who asked must approve.',
      )
    }
    if (row.done_by !== null) {
      return { state: 'erased', request, entries: [row.done_by], parts: 0, bytes: 0 }
    }
    const { scope, subject, reason } = wishOf(row)
    const target = await this.#freeTarget({ scope, subject })
    const actor = row.actor as Id<'per'>
    return this.#erase(target, { actor, scope, subject, reason, consent: 'second-person', approver, request })
  }

  /** Removes what a process that died had erased and not cleared away, and signs what it had not. */
  async finish(): Promise<void> {
    const removed = await this.#deps.vault.removeErasedFiles()
    if (removed > 0) await this.#deps.scrub()
    await signDeletionRecords(this.#deps)
  }

  async #freeTarget(wish: Pick<ErasureWish, 'scope' | 'subject'>): Promise<ErasureTarget> {
    const target = await findTarget({ ...this.#deps, isPerson: this.#deps.people.isPerson }, wish)
    const runs = [...target.runs, ...target.parts.flatMap(({ of }) => of ?? [])]
    const [hold] = await holdsCovering(this.#deps.reader, coveredBy(runs))
    if (hold !== undefined && target.doneBy === undefined) throw held(hold)
    return target
  }

  async #request(actor: Id<'per'>, { scope, subject, reason, note }: ErasureWish): Promise<string> {
    const { ledger, vault, clock, ids } = this.#deps
    const id = ids('evt')
    const sealed = await vault.seal({ event: id }, { note: { type: 'text/plain', body: Buffer.from(note) } })
    const data = { scope, subject, reason }
    const at = timestamp(clock.now())
    const { parts } = sealed
    await ledger.append({ id, kind: 'erasure.requested', at, actor, data, parts }, sealed.writes)
    return id
  }

  async #erase(target: ErasureTarget, grounds: ErasureGrounds): Promise<ErasureOutcome> {
    const { people, vault, scrub } = this.#deps
    const extra = grounds.scope === 'person' ? people.forget(grounds.subject) : []
    const erased = await eraseInUnits(this.#deps, target, { grounds, extra })
    await vault.removeErasedFiles()
    await scrub()
    await signDeletionRecords(this.#deps)
    const { request } = grounds
    return { state: 'erased', ...(request === undefined ? {} : { request }), ...erased }
  }
}

function wishOf(row: RequestRow): Pick<ErasureWish, 'scope' | 'subject'> & { readonly reason: string } {
  return { scope: row.scope as ErasureScope, subject: row.subject, reason: row.reason }
}

function lastPerson() {
  const message = 'You are the only active person here; add another before you erase yourself.'
  return retentionFailures.create('last-person', message)
}
