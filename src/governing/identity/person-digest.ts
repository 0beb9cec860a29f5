import { stateDigest } from './change-log.ts'
import type { ExternalId } from './external-id.ts'
import type { PersonRow } from './store/tables.ts'

/** Names what is known of a person in the ledger, keyed with the person's own salt; the order of links does not count. */
export function personDigest(row: PersonRow, links: readonly ExternalId[]): string {
  const externalIds = links
    .map(({ provider, subject, verified }) => ({ provider, subject, verified }))
    .toSorted((a, b) => (`${a.provider} ${a.subject}` < `${b.provider} ${b.subject}` ? -1 : 1))
  const { name, email, status, merged_into: mergedInto } = row
  return stateDigest({ name, email, status, mergedInto: mergedInto ?? '', externalIds }, row.salt)
}
