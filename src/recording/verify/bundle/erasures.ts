import { type JsonObject, objectAt, parseEvent, type RecordedEvent, stringsAt } from '../../record/index.ts'
import { isCanonical } from '../canonical.ts'
import { fromUtf8 } from '../encoding.ts'
import type { BundleContents } from './contents.ts'
import { erasingEntries } from './part-rows.ts'
import { erasurePaths } from './paths.ts'
import { provenIndex } from './proven-index.ts'

/** The data of every erasure that the bundle proves to be in the log, by the index of its entry. */
export function provenErasures(contents: BundleContents): ReadonlyMap<number, JsonObject> {
  return new Map(
    erasingEntries(contents).flatMap((index) => {
      const data = provenErasure(contents, index)
      return data === undefined ? [] : [[index, data] as const]
    }),
  )
}

/** Whether an erasure is about this part: it names the part, or the run of its event. */
export function hasErased(
  erasure: JsonObject,
  { run, id }: Pick<RecordedEvent, 'run' | 'id'>,
  name: string,
): boolean {
  const isOfRun = run !== undefined && stringsAt(erasure, 'runs').includes(run)
  return isOfRun || stringsAt(objectAt(erasure, 'parts'), id).includes(name)
}

function provenErasure(contents: BundleContents, index: number): JsonObject | undefined {
  const paths = erasurePaths(index)
  const entry = contents.files.get(paths.entry)
  const text = (entry && fromUtf8(entry)) ?? ''
  const event = isCanonical(text) ? parseEvent(text) : undefined
  if (entry === undefined || event?.kind !== 'part.erased') return undefined
  return provenIndex(contents, entry, paths.proof) === index ? event.data : undefined
}
