export {
  type Actor,
  COMMITMENT_DOMAIN,
  EVENT_KINDS,
  type EventData,
  type EventDraft,
  type EventKind,
  type EventParts,
  MAX_ENTRY_BYTES,
  type PartCommitment,
  type RecordedEvent,
  SEALING_KINDS,
} from './v1/event.ts'
