import {
  COMMITMENT_DOMAIN,
  isJsonObject,
  type JsonObject,
  listAt,
  type PartCommitment,
  parseJsonObject,
  stringAt,
} from '../../record/index.ts'
import { isCanonical } from '../canonical.ts'
import { fromHex, toHex, utf8 } from '../encoding.ts'
import { type BundleContents, textOf } from './contents.ts'
import { PATHS } from './paths.ts'
import { type BundleCounts, type Check, judged } from './report.ts'

/** Every part an event commits to is here and what was committed to, or is listed as withheld or erased. */
export function checkParts(contents: BundleContents): Check {
  const rows = partRows(contents)
  const problems = [...rowProblems(contents, rows), ...unlistedFiles(contents, rows)]
  const { parts, disclosed, withheld, erased } = countParts(contents)
  return judged(
    problems,
    `Of ${parts} parts ${disclosed} are disclosed and match, ${withheld} are withheld and ${erased} erased.`,
  )
}

/** How many parts the events have, and in which state the index lists them. */
export function countParts(
  contents: BundleContents,
): Pick<BundleCounts, 'parts' | 'disclosed' | 'withheld' | 'erased'> {
  const rows = partRows(contents)
  const inState = (state: string) => rows.filter((row) => stringAt(row, 'state') === state).length
  return {
    parts: committedParts(contents).size,
    disclosed: inState('disclosed'),
    withheld: inState('withheld'),
    erased: inState('erased'),
  }
}

function rowProblems(contents: BundleContents, rows: readonly JsonObject[]): readonly string[] {
  const open = committedParts(contents)
  const problems: string[] = []
  for (const row of rows) {
    const key = partKey(stringAt(row, 'event') ?? '', stringAt(row, 'name') ?? '')
    const committed = open.get(key)
    if (committed === undefined)
      problems.push(`The index lists ${key}, which no event has or which is listed twice.`)
    else problems.push(...rowProblem(contents, row, committed).map((what) => `The part ${key} ${what}.`))
    open.delete(key)
  }
  return [...problems, ...[...open.keys()].map((key) => `The part ${key} is missing.`)]
}

function rowProblem(contents: BundleContents, row: JsonObject, committed: PartCommitment): readonly string[] {
  const state = stringAt(row, 'state')
  const file = stringAt(row, 'file')
  if (state === 'withheld' || state === 'erased') {
    return file === undefined ? [] : ['is listed as not here, but names a file']
  }
  const body = contents.files.get(file ?? '')
  const salt = fromHex(stringAt(row, 'salt') ?? '')
  if (state !== 'disclosed' || body === undefined || salt === undefined) return ['is not here']
  const commitment = toHex(contents.crypto.hmacSha256(salt, utf8(COMMITMENT_DOMAIN), body))
  const matches =
    committed.alg === 'hmac-sha256' && committed.commitment === commitment && committed.bytes === body.length
  return matches ? [] : ['is not what the event committed to']
}

/** Files among the bodies that no row of the index accounts for. */
function unlistedFiles({ files }: BundleContents, rows: readonly JsonObject[]): readonly string[] {
  const listed = new Set(rows.map((row) => stringAt(row, 'file')))
  return [...files.keys()]
    .filter((path) => path.startsWith('parts/') || path.startsWith('changes/'))
    .filter((path) => path !== PATHS.partIndex && !listed.has(path))
    .map((path) => `${path} is the body of no part.`)
}

function partRows({ files }: BundleContents): readonly JsonObject[] {
  const text = textOf(files, PATHS.partIndex) ?? ''
  return isCanonical(text) ? listAt(parseJsonObject(text), 'parts').filter(isJsonObject) : []
}

function committedParts({ events }: BundleContents): Map<string, PartCommitment> {
  return new Map(
    events.flatMap(({ id, parts }) =>
      Object.entries(parts ?? {}).map(([name, part]) => [partKey(id, name), part] as const),
    ),
  )
}

function partKey(event: string, name: string): string {
  return `${event}/${name}`
}
