import type { Write } from '../../storage/index.ts'
import { objectAt, type RecordedEvent, stringAt, stringsAt } from '../record/index.ts'
import { destroyVaultKey, erasePart, erasePartsOfRun } from './store.ts'

/**
 * What an erasure does to the parts it names, in the transaction of its own entry: their keys, salts and bodies are gone
 * when the entry is durable, never before it and never without it.
 */
export function projectVault({ kind, data }: RecordedEvent, index: number): readonly Write[] {
  if (kind === 'key.destroyed') return [destroyVaultKey(stringAt(data, 'key') ?? '', index)]
  if (kind !== 'part.erased') return []
  const named = objectAt(data, 'parts') ?? {}
  return [
    ...stringsAt(data, 'runs').map((run) => erasePartsOfRun(run, index)),
    ...Object.keys(named).flatMap((event) =>
      stringsAt(named, event).map((name) => erasePart({ event, name }, index)),
    ),
  ]
}
