export { signDeletionRecords } from './deletion-records.ts'
export { ERASURE_SCOPES, type ErasureScope } from './erasure-target.ts'
export {
  ERASURE_REASONS,
  type ErasureOutcome,
  type ErasureReason,
  Erasures,
  type ErasureWish,
  type People,
} from './erasures.ts'
export { HOLD_SCOPES, type HoldScope, Holds, type HoldWish } from './holds.ts'
export { projectRetention } from './projection.ts'
export {
  deletionRecordOf,
  type ErasureRow,
  erasureByEntry,
  erasuresBefore,
  type HoldRow,
  openRequests,
  type RequestRow,
  type RetentionTables,
} from './store.ts'
export { type SweepReport, sweepExpired } from './sweep.ts'
