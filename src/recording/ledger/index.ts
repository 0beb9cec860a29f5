export type { PendingEntry, Position } from './append.ts'
export {
  createLedgerKeys,
  type LogSigner,
  openLedgerKeys,
  type Signer,
  type StatementSigner,
} from './keys.ts'
export { Ledger } from './ledger.ts'
export type { StoredEntry } from './store.ts'
export type { Projection } from './writer.ts'
export { serveWriter } from './writer-thread.ts'
