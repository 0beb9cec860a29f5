import type { Identity, IdentityTables } from '../governing/identity/index.ts'
import type { Clock, Ids } from '../kernel/index.ts'
import type { KeyRegister, Ledger } from '../recording/ledger/index.ts'
import {
  Erasures,
  Holds,
  type People,
  type RetentionTables,
  type SweepReport,
  signDeletionRecords,
  sweepExpired,
} from '../recording/retention/index.ts'
import type { Runs, RunTables } from '../recording/runs/index.ts'
import type { Vault, VaultTables } from '../recording/vault/index.ts'
import { type Database, scrubDeleted } from '../storage/index.ts'

/** Erasing, holding and expiring, put together for one server. */
export interface Forgetting {
  readonly erasures: Erasures
  readonly holds: Holds
  /** Expires what is due; never two at a time. */
  sweep(options?: { readonly confirmClock?: boolean }): Promise<SweepReport>
}

interface ForgettingDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly runs: Runs
  readonly identity: Identity
  readonly database: Database
  readonly keys: KeyRegister
  readonly clock: Clock
  readonly ids: Ids
  report(line: string): void
}

export function createForgetting(given: ForgettingDeps): Forgetting {
  const { database, identity, report } = given
  const reader = database.reader<VaultTables & RetentionTables & RunTables & IdentityTables>()
  const people: People = {
    isPerson: async (id) => (await identity.person(id)) !== undefined,
    active: async () => (await identity.persons()).flatMap(({ id, active }) => (active ? [id] : [])),
    forget: (id) => identity.forgetting(id),
  }
  const scrub = async () => {
    // Whom a person's erasure took away is remembered by nobody.
    identity.changes.announce()
    if (!(await scrubDeleted(database.place)))
      report('erasing: the database was too busy to clear its log of what is gone')
  }
  const deps = { ...given, reader, people, scrub, isPerson: people.isPerson }
  const erasures = new Erasures(deps)
  let sweeping: Promise<unknown> = Promise.resolve()
  const sweep = async (options?: { readonly confirmClock?: boolean }) => {
    const swept = await sweepExpired(deps, options)
    if (swept.runs > 0) await erasures.finish()
    else await signDeletionRecords(deps)
    return swept
  }
  return {
    erasures,
    holds: new Holds(deps),
    sweep: (options) => {
      const next = sweeping.then(() => sweep(options))
      sweeping = next.catch(() => undefined)
      return next
    },
  }
}
