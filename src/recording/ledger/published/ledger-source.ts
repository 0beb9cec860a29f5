import type { Ledger } from '../ledger.ts'
import type { LogSource } from './log-source.ts'

/** A ledger as the source of its published log. */
export function ledgerSource(
  ledger: Pick<Ledger, 'size' | 'signedSize' | 'entriesFrom' | 'root' | 'checkpoint'>,
): LogSource {
  return {
    size: () => ledger.size(),
    get signedSize() {
      return ledger.signedSize
    },
    bodies: async (from, count) => ledger.entriesFrom(from, count).map((entry) => entry.body),
    root: (size) => ledger.root(size),
    checkpoint: (size) => ledger.checkpoint(size),
  }
}
