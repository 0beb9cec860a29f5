import {
  integerAt,
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  parseJsonObject,
  stringAt,
} from '../../record/index.ts'
import { isCanonical } from '../canonical.ts'
import { toHex } from '../encoding.ts'
import { type BundleContents, textOf } from './contents.ts'
import { erasingEntries } from './part-rows.ts'
import { erasurePaths, keyChangeOfPath, keyPaths, PATHS } from './paths.ts'
import type { BundleCounts } from './report.ts'

/** The files that the manifest lists: all but itself and its signature. */
function isListed(path: string): boolean {
  return path !== PATHS.manifest && path !== PATHS.manifestEnvelope
}

/** Every listed file is there as listed, none beside them, and none that a bundle has no place for. */
export function manifestProblems(contents: BundleContents, counts: BundleCounts): readonly string[] {
  const text = textOf(contents.files, PATHS.manifest) ?? ''
  const manifest = isCanonical(text) ? parseJsonObject(text) : undefined
  if (manifest === undefined || integerAt(manifest, 'v') !== 1) {
    return [`${PATHS.manifest} is missing or not a manifest.`]
  }
  return [
    ...fileProblems(contents, manifest),
    ...strayProblems(contents),
    ...countProblems(manifest, counts),
    ...(stringAt(manifest, 'run') === contents.events[0]?.run ? [] : ['The manifest is of another run.']),
  ]
}

function fileProblems({ crypto, files }: BundleContents, manifest: JsonObject): readonly string[] {
  const listed = new Map(
    listAt(manifest, 'files').map((row) => {
      const file = isJsonObject(row) ? row : undefined
      return [stringAt(file, 'name') ?? '', file] as const
    }),
  )
  const missing = [...listed.keys()].filter((name) => !files.has(name))
  const problems = missing.map((name) => `${JSON.stringify(name)} is listed but missing.`)
  for (const [name, bytes] of files) {
    if (!isListed(name)) continue
    const row = listed.get(name)
    if (row === undefined) problems.push(`${name} is not listed in the manifest.`)
    else if (
      integerAt(row, 'bytes') !== bytes.length ||
      stringAt(row, 'sha256') !== toHex(crypto.sha256(bytes))
    )
      problems.push(`${name} is not the file that was signed.`)
  }
  return problems
}

/** A file nobody verifies is a place to hide in. */
function strayProblems(contents: BundleContents): readonly string[] {
  const { files, keys } = contents
  const ofKeys = keys.flatMap(({ id }) => Object.values(keyPaths(id)))
  const ofChanges = [...files.keys()].flatMap((path) => Object.values(keyChangeOfPath(path) ?? {}))
  const ofErasures = erasingEntries(contents).flatMap((entry) => Object.values(erasurePaths(entry)))
  const known = new Set<string>([...Object.values(PATHS), ...ofKeys, ...ofChanges, ...ofErasures])
  return [...files.keys()]
    .filter((path) => !known.has(path) && !path.startsWith('parts/') && !path.startsWith('changes/'))
    .map((path) => `${path} has no place in a bundle.`)
}

function countProblems(manifest: JsonObject, counts: BundleCounts): readonly string[] {
  const stated = objectAt(manifest, 'counts')
  return Object.entries(counts)
    .filter(([name, count]) => integerAt(stated, name) !== count)
    .map(([name, count]) => `The manifest states another number of ${name} than ${count}.`)
}
