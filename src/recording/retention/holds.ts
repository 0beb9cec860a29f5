import { type Clock, type Id, type Ids, timestamp } from '../../kernel/index.ts'
import type { Reader } from '../../storage/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { EventDraft } from '../record/index.ts'
import type { Runs } from '../runs/index.ts'
import type { Vault } from '../vault/index.ts'
import { retentionFailures } from './failures.ts'
import { allHolds, type HoldRow, holdById, type RetentionTables } from './store.ts'

export const HOLD_SCOPES = ['run', 'workflow', 'person', 'organisation'] as const
export type HoldScope = (typeof HOLD_SCOPES)[number]

/** What a hold is to cover, and why; the reason is kept as a part. */
export interface HoldWish {
  readonly scope: HoldScope
  /** A run's id, a workflow's name, a person's id; for the organisation, nothing. */
  readonly subject?: string
  readonly reason: string
}

interface HoldsDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly runs: Runs
  readonly reader: Reader<RetentionTables>
  readonly clock: Clock
  readonly ids: Ids
  isPerson(id: string): Promise<boolean>
}

/** Legal holds: while one covers something, nothing of it is erased, neither by a person nor by retention. */
export class Holds {
  readonly #deps: HoldsDeps

  constructor(deps: HoldsDeps) {
    this.#deps = deps
  }

  /** Places a hold; it counts from the moment this resolves. Throws `retention.subject-unknown` or `run.unknown`. */
  async place(actor: Id<'per'>, { scope, subject = '', reason }: HoldWish): Promise<HoldRow> {
    await this.#check(scope, subject)
    const of = scope === 'organisation' ? '' : subject
    return this.#append(actor, { kind: 'hold.placed', data: { scope, subject: of }, reason }, (id) => id)
  }

  /** Lifts a hold; lifting it twice changes nothing. Throws `retention.hold-unknown`. */
  async lift(actor: Id<'per'>, hold: string, reason: string): Promise<HoldRow> {
    const row = await holdById(this.#deps.reader, hold)
    if (row === undefined) {
      throw retentionFailures.create(
        'hold-unknown',
        `There is no hold ${hold}; "custody hold list" lists them.`,
      )
    }
    if (row.lifted_at !== null) return row
    return this.#append(actor, { kind: 'hold.lifted', data: { hold }, reason }, () => hold)
  }

  /** Newest first, lifted ones as well. */
  list(): Promise<HoldRow[]> {
    return allHolds(this.#deps.reader)
  }

  /** An unknown subject is most likely misspelt, and what should be held would not be. */
  async #check(scope: HoldScope, subject: string): Promise<void> {
    const known: Readonly<Record<HoldScope, () => Promise<unknown>>> = {
      run: () => this.#deps.runs.row(subject),
      workflow: () => this.#deps.runs.hasRunsOf(subject),
      person: () => this.#deps.isPerson(subject),
      organisation: () => Promise.resolve(true),
    }
    if ((await known[scope]()) !== false) return
    const message = `There is no ${scope} ${JSON.stringify(subject.slice(0, 80))} with anything to hold.`
    throw retentionFailures.create('subject-unknown', message)
  }

  async #append(
    actor: Id<'per'>,
    { kind, data, reason }: Pick<EventDraft, 'kind' | 'data'> & { readonly reason: string },
    holdOf: (event: string) => string,
  ): Promise<HoldRow> {
    const { ledger, vault, reader, clock, ids } = this.#deps
    const id = ids('evt')
    const sealed = await vault.seal(
      { event: id },
      { reason: { type: 'text/plain', body: Buffer.from(reason) } },
    )
    const draft = { id, kind, at: timestamp(clock.now()), actor, data, parts: sealed.parts }
    await ledger.append(draft, sealed.writes)
    const row = await holdById(reader, holdOf(id))
    if (row === undefined) throw new Error('the hold is in the ledger and has no row')
    return row
  }
}
