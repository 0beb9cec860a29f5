import type { Ledger } from '../ledger.ts'
import { readKeyHistory } from '../signing/read-key-history.ts'
import type { LogSource } from './log-source.ts'

/** A ledger as the source of its published log. */
export function ledgerSource(
  ledger: Pick<Ledger, 'size' | 'signedSize' | 'entriesFrom' | 'entriesOfKind' | 'root' | 'checkpoint'>,
): LogSource {
  return {
    size: () => ledger.size(),
    get signedSize() {
      return ledger.signedSize
    },
    bodies: async (from, count) => (await ledger.entriesFrom(from, count)).map((entry) => entry.body),
    root: (size) => ledger.root(size),
    checkpoint: (size) => ledger.checkpoint(size),
    keyHistory: () => readKeyHistory(ledger),
  }
}
