export type { PendingEntry, Position } from './append.ts'
export { ledgerFailures } from './failures.ts'
export { checkLedger, type FsckOptions, type FsckReport } from './fsck.ts'
export {
  createLedgerKeys,
  type LogSigner,
  openLedgerKeys,
  type Signer,
  type StatementSigner,
} from './keys.ts'
export { Ledger } from './ledger.ts'
export { ledgerSource } from './published/ledger-source.ts'
export type { LogSource } from './published/log-source.ts'
export { LogPublisher, type PublishingState } from './published/publisher.ts'
export type { StoredEntry } from './store.ts'
export type { Projection } from './writer.ts'
export { serveWriter } from './writer-thread.ts'
