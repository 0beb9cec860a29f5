import type { CanonicalValue, Id, Timestamp } from '../../../kernel/index.ts'

/** Every kind of event this version records. Dotted, past tense; a kind is never renamed or reused. */
export const EVENT_KINDS = [
  'recording.started',
  'recording.stopped',
  'recording.gap',
  'identity.person-added',
  'identity.person-changed',
  'identity.person-deactivated',
  'identity.person-reactivated',
  'identity.persons-merged',
  'identity.person-linked',
  'identity.person-unlinked',
  'identity.team-added',
  'identity.team-changed',
  'identity.team-removed',
  'identity.agent-added',
  'identity.service-added',
  'identity.service-removed',
  'identity.token-issued',
  'identity.token-revoked',
  'identity.role-granted',
  'identity.role-revoked',
  'identity.disclosure-granted',
  'identity.disclosure-revoked',
  'identity.credential-set',
  'identity.link-issued',
  'identity.link-used',
  'identity.denied',
  'identity.session-started',
  'identity.session-ended',
  'config.changed',
  'key.added',
  'key.revoked',
  'workflow.applied',
  'workflow.flagged',
  'exception.raised',
  'run.opened',
  'run.closed',
  'run.abandoned',
  'repository.observed',
  'agent.configured',
  'model.requested',
  'model.responded',
  'model.refused',
  'tool.called',
  'tool.returned',
  'change.observed',
  'evidence.attached',
  'evidence.exported',
  'record.read',
  'erasure.requested',
  'part.erased',
  'key.destroyed',
  'hold.placed',
  'hold.lifted',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** The kinds that end a run: after one of them the run takes no further event. */
const SEALING_KINDS = ['run.closed', 'run.abandoned'] as const satisfies readonly EventKind[]

/** Whether an event of this kind ends its run. */
export function isSealing(kind: string): boolean {
  return (SEALING_KINDS as readonly string[]).includes(kind)
}

/** Who acted: a person, an agent, an integration's service account, or Custody itself. */
export type Actor = Id<'per'> | Id<'agt'> | Id<'svc'> | 'system'

/** A body kept apart from the event, bound to it by a salted commitment (reference: docs/record-format.md). */
export interface PartCommitment {
  readonly alg: 'hmac-sha256'
  /** 64 hex digits: HMAC-SHA256(salt, "custody/part/v1\0" || body). */
  readonly commitment: string
  /** Length of the body. */
  readonly bytes: number
  /** Media type of the body. */
  readonly type: string
}

export type EventData = { readonly [key: string]: CanonicalValue }
export type EventParts = { readonly [name: string]: PartCommitment }

/** What a module hands to the ledger; the ledger adds `v`, `seq` and `node` and makes the bytes. */
export interface EventDraft {
  /** Given by the maker, so that sending the same draft twice stores it once. */
  readonly id: Id<'evt'>
  readonly kind: EventKind
  readonly at: Timestamp
  readonly actor: Actor
  readonly data: EventData
  readonly run?: Id<'run'>
  readonly parts?: EventParts
}

/** One recorded fact, as it stands in the ledger. `run` and `seq` are there together or not at all. */
export interface RecordedEvent {
  readonly v: 1
  readonly id: Id<'evt'>
  readonly kind: EventKind
  readonly at: Timestamp
  readonly actor: Actor
  readonly node: string
  readonly data: EventData
  readonly run?: Id<'run'>
  /** Counts the events of one run from 0 without gaps. */
  readonly seq?: number
  readonly parts?: EventParts
}

/** The largest entry a C2SP entry bundle can hold (its length prefix has 16 bits). */
export const MAX_ENTRY_BYTES = 65_535
/** Precedes the body under the commitment's HMAC, so that a commitment means nothing elsewhere. */
export const COMMITMENT_DOMAIN = 'custody/part/v1\0'
