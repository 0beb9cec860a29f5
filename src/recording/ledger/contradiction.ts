import { ledgerFailures } from './failures.ts'

/** What stands in the way of starting: the parts of the ledger that must agree do not, and `what` says which. */
export function contradiction(what: string) {
  return ledgerFailures.create(
    'contradiction',
    `The ledger will not start: ${what}. Restore the matching files.`,
    { cause: new Error(what) },
  )
}
