import {
  type CanonicalValue,
  type Clock,
  canonicalJson,
  type Failure,
  hmacSha256,
  type Ids,
  isFailure,
  sha256Hex,
  timestamp,
} from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import type { Actor, EventData, EventDraft, EventKind, EventParts } from '../../recording/record/index.ts'
import type { Write } from '../../storage/index.ts'
import type { IdentityChanges } from './changes.ts'
import { raiseVersion } from './store/version.ts'

type IdentityKind = Extract<EventKind, `identity.${string}`>

/** One fact about who may do what. Its data holds ids, codes and digests, never anything personal. */
export interface IdentityEvent {
  readonly kind: IdentityKind
  readonly actor: Actor
  readonly data: EventData
  readonly id?: EventDraft['id']
  readonly parts?: EventParts
}

export interface ChangeLogDeps {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly ids: Ids
  readonly changes: IdentityChanges
}

interface ChangeOptions {
  /** What to throw when the writes contradict what is stored (taken, spent, last of its kind). */
  readonly contradiction?: () => Failure
  /** True when nothing anybody remembers is touched. */
  readonly quiet?: true
}

/** Records changes of identities: event and rows are durable together or not at all, and then everybody is told. */
export class ChangeLog {
  readonly #deps: ChangeLogDeps

  constructor(deps: ChangeLogDeps) {
    this.#deps = deps
  }

  async record(
    events: readonly IdentityEvent[],
    writes: readonly Write[],
    { contradiction, quiet }: ChangeOptions = {},
  ): Promise<void> {
    const { ledger, clock, ids, changes } = this.#deps
    const at = timestamp(clock.now())
    const drafts = events.map((event): EventDraft => ({ ...event, id: event.id ?? ids('evt'), at }))
    try {
      await ledger.appendAll(drafts, quiet ? writes : [...writes, raiseVersion()])
    } catch (error) {
      if (contradiction !== undefined && isFailure(error, 'ledger.contradicts')) throw contradiction()
      throw error
    }
    if (!quiet) changes.announce()
  }
}

/**
 * Names a state in the ledger, 64 hex digits, so that before and after can be held against what is stored. What is
 * personal is keyed with its own salt: erase that, and nobody can guess what was there.
 */
export function stateDigest(state: CanonicalValue, salt?: Uint8Array | null): string {
  const text = canonicalJson(state)
  return salt ? hmacSha256(salt, text).toString('hex') : sha256Hex(text)
}
