import type { EvidencePart } from '../answering/evidence/index.ts'
import type { RecordedEvent } from '../recording/record/index.ts'
import type { Vault } from '../recording/vault/index.ts'

/** What became of every part of these events; what the vault has no row for is left to the bundle to miss. */
export async function evidenceParts(
  vault: Vault,
  events: readonly RecordedEvent[],
  { withhold }: { readonly withhold: boolean },
): Promise<readonly EvidencePart[]> {
  const ids = events.map(({ id }) => id)
  return withhold ? withheldParts(events, await vault.erasuresOf(ids)) : vault.examine(ids)
}

/** An erased part is said to be erased also where everything else is withheld. */
function withheldParts(
  events: readonly RecordedEvent[],
  erasures: ReadonlyMap<string, number>,
): readonly EvidencePart[] {
  return events.flatMap(({ id: event, parts = {} }) =>
    Object.keys(parts).map((name): EvidencePart => {
      const entry = erasures.get(`${event}/${name}`)
      return entry === undefined
        ? { event, name, state: 'withheld' }
        : { event, name, state: 'erased', entry }
    }),
  )
}
