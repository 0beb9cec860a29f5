import type { Principal } from '../../governing/identity/index.ts'
import { isFailure, timestamp } from '../../kernel/index.ts'
import { mayDeactivate } from './deactivation-guard.ts'
import { scimFailures } from './failures.ts'
import {
  countActivePersons,
  countPutOutSince,
  heldUsers,
  type KnownUser,
  type UserRow,
  updateUser,
} from './store.ts'
import type { ScimDeps } from './users.ts'

/** A deactivation that waits for an administrator. */
export interface HeldDeactivation {
  readonly person: string
  readonly heldAt: string
}

/** Deactivating what the directory deactivates, unless it is so much at once that somebody should look first. */
export class Deactivations {
  readonly #deps: ScimDeps

  constructor(deps: ScimDeps) {
    this.#deps = deps
  }

  /** Throws `scim.deactivation-held` when this one is too many; recorded once, and it stays held until it is released. */
  async admit(row: UserRow, actor: Principal['id']): Promise<void> {
    const { reader, clock, limit, ledger, ids } = this.#deps
    const now = clock.now()
    const active = await countActivePersons(reader)
    const recent = await countPutOutSince(reader, now - limit.windowMs)
    if (row.held_at === null && mayDeactivate(limit, { active, recent })) return
    if (row.held_at === null) {
      const data = { cause: 'deactivation-held', person: row.id, active, recent }
      await ledger.appendAll(
        [{ id: ids('evt'), at: timestamp(now), kind: 'exception.raised', actor, data }],
        [updateUser(row.id, { held_at: now })],
      )
    }
    throw scimFailures.create(
      'deactivation-held',
      `${recent} of ${active + recent} persons were deactivated just now, so an administrator has to confirm more.`,
    )
  }

  /** Throws as `admit` does, and `identity.last-administrator`. */
  async deactivate(row: UserRow, human: string, actor: Principal['id']): Promise<void> {
    await this.admit(row, actor)
    await this.#putOut(row, human, { actor, countedAt: this.#deps.clock.now() })
  }

  async held(): Promise<readonly HeldDeactivation[]> {
    const rows = await heldUsers(this.#deps.reader)
    return rows.map(({ id, held_at }) => ({ person: id, heldAt: timestamp(held_at ?? 0) }))
  }

  /** Does what was held, on an administrator's word; gives back whom it could not be done to, as the last administrator. */
  release(
    actor: Principal['id'],
  ): Promise<{ readonly deactivated: number; readonly refused: readonly string[] }> {
    return this.#deps.turns.take(async () => {
      const refused: string[] = []
      const rows = await heldUsers(this.#deps.reader)
      for (const row of rows) if (!(await this.#released(row, actor))) refused.push(row.id)
      return { deactivated: rows.length - refused.length, refused }
    })
  }

  async #released(row: KnownUser, actor: Principal['id']): Promise<boolean> {
    try {
      const human = await this.#deps.identity.directory.humanOf(row.id)
      await this.#putOut(row, human, { actor, countedAt: 0 })
      return true
    } catch (error) {
      if (isFailure(error, 'identity.last-administrator')) return false
      throw error
    }
  }

  async #putOut(
    { id }: UserRow,
    human: string,
    { actor, countedAt }: { readonly actor: Principal['id']; readonly countedAt: number },
  ): Promise<void> {
    const { identity, ledger, clock } = this.#deps
    await identity.directory.deactivate(human, 'directory', actor)
    const changed_at = timestamp(clock.now())
    await ledger.write([updateUser(id, { put_out_at: countedAt, held_at: null, changed_at })])
  }
}
