export {
  booleanAt,
  integerAt,
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  parseJsonObject,
  stringAt,
  stringsAt,
} from './fields.ts'
export {
  type Channel,
  type ChannelCoverage,
  type Coverage,
  coverageOf,
  type Gap,
  type GapCode,
} from './v1/coverage.ts'
export { buildDeletionRecord, type DeletionRecord } from './v1/deletion-record.ts'
export {
  type Actor,
  COMMITMENT_DOMAIN,
  EVENT_KINDS,
  type EventData,
  type EventDraft,
  type EventKind,
  type EventParts,
  isSealing,
  MAX_ENTRY_BYTES,
  type PartCommitment,
  type RecordedEvent,
} from './v1/event.ts'
export {
  buildExecutionRecord,
  EXECUTION_RECORD_TYPE,
  type ExecutionRecord,
  type SealedRun,
  sealingEvent,
} from './v1/execution-record.ts'
export { buildProvenance, type Provenance, type ProvenanceInput } from './v1/provenance.ts'
export { parseEvent } from './v1/recorded-event.ts'
export { STATEMENT_TYPE, type Statement, type Subject } from './v1/statement.ts'
export { type ModelUsage, modelUsage, type ToolUsage } from './v1/usage.ts'
