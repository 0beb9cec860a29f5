import {
  integerAt,
  isJsonObject,
  type JsonObject,
  listAt,
  parseJsonObject,
  stringAt,
} from '../../record/index.ts'
import { isCanonical } from '../canonical.ts'
import { type BundleContents, textOf } from './contents.ts'
import { PATHS } from './paths.ts'

/** The rows of `parts/index.json`; none when it is missing or not canonical. */
export function partRows({ files }: Pick<BundleContents, 'files'>): readonly JsonObject[] {
  const text = textOf(files, PATHS.partIndex) ?? ''
  return isCanonical(text) ? listAt(parseJsonObject(text), 'parts').filter(isJsonObject) : []
}

/** The entries that the index says erased a part, each once. */
export function erasingEntries(contents: Pick<BundleContents, 'files'>): readonly number[] {
  const named = partRows(contents)
    .filter((row) => stringAt(row, 'state') === 'erased')
    .flatMap((row) => integerAt(row, 'entry') ?? [])
  return [...new Set(named)].filter((entry) => entry >= 0)
}
