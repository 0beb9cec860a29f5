import {
  COMMITMENT_DOMAIN,
  integerAt,
  type JsonObject,
  type PartCommitment,
  type RecordedEvent,
  stringAt,
} from '../../record/index.ts'
import { fromHex, toHex, utf8 } from '../encoding.ts'
import type { BundleContents } from './contents.ts'
import { hasErased, provenErasures } from './erasures.ts'
import { partRows } from './part-rows.ts'
import { PATHS } from './paths.ts'
import { type BundleCounts, type Check, judged } from './report.ts'

/**
 * Every part an event commits to is here and what was committed to, or is withheld, or was erased by an entry that the
 * bundle proves to be in the log. A part that is simply not there is an alarm.
 */
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
  const erasures = provenErasures(contents)
  const problems: string[] = []
  for (const row of rows) {
    const key = partKey(stringAt(row, 'event') ?? '', stringAt(row, 'name') ?? '')
    const committed = open.get(key)
    if (committed === undefined)
      problems.push(`The index lists ${key}, which no event has or which is listed twice.`)
    else {
      const found = STATES.get(stringAt(row, 'state') ?? '')?.({ contents, row, committed, erasures })
      problems.push(...(found ?? ['is in no known state']).map((what) => `The part ${key} ${what}.`))
    }
    open.delete(key)
  }
  return [...problems, ...[...open.keys()].map((key) => `The part ${key} is missing.`)]
}

interface CommittedPart {
  readonly event: RecordedEvent
  readonly name: string
  readonly commitment: PartCommitment
}

interface RowToCheck {
  readonly contents: BundleContents
  readonly row: JsonObject
  readonly committed: CommittedPart
  readonly erasures: ReadonlyMap<number, JsonObject>
}

/** What has to hold for a part in each state, as ends of sentences about it. */
const STATES: ReadonlyMap<string, (check: RowToCheck) => readonly string[]> = new Map([
  ['disclosed', disclosedProblems],
  ['withheld', ({ row }) => fileProblems(row)],
  ['erased', (check) => [...fileProblems(check.row), ...erasureProblems(check)]],
  ['missing', () => ['is missing from the vault, and no erasure explains it']],
  ['damaged', () => ['was not in the vault as the event committed to it']],
])

function disclosedProblems({ contents, row, committed: { commitment } }: RowToCheck): readonly string[] {
  const body = contents.files.get(stringAt(row, 'file') ?? '')
  const salt = fromHex(stringAt(row, 'salt') ?? '')
  if (body === undefined || salt === undefined) return ['is not here']
  const computed = toHex(contents.crypto.hmacSha256(salt, utf8(COMMITMENT_DOMAIN), body))
  const matches =
    commitment.alg === 'hmac-sha256' && commitment.commitment === computed && commitment.bytes === body.length
  return matches ? [] : ['is not what the event committed to']
}

function fileProblems(row: JsonObject): readonly string[] {
  return stringAt(row, 'file') === undefined ? [] : ['is listed as not here, but names a file']
}

function erasureProblems({ row, committed: { event, name }, erasures }: RowToCheck): readonly string[] {
  const entry = integerAt(row, 'entry')
  if (entry === undefined) return ['is listed as erased, but not by which entry of the log']
  const erasure = erasures.get(entry)
  if (erasure === undefined)
    return [`is listed as erased by entry ${entry}, which is not proven to be an erasure`]
  return hasErased(erasure, event, name)
    ? []
    : [`is listed as erased by entry ${entry}, which erased other parts`]
}

/** Files among the bodies that no row of the index accounts for. */
function unlistedFiles({ files }: BundleContents, rows: readonly JsonObject[]): readonly string[] {
  const listed = new Set(rows.map((row) => stringAt(row, 'file')))
  return [...files.keys()]
    .filter((path) => path.startsWith('parts/') || path.startsWith('changes/'))
    .filter((path) => path !== PATHS.partIndex && !listed.has(path))
    .map((path) => `${path} is the body of no part.`)
}

function committedParts({ events }: BundleContents): Map<string, CommittedPart> {
  return new Map(
    events.flatMap((event) =>
      Object.entries(event.parts ?? {}).map(
        ([name, commitment]) => [partKey(event.id, name), { event, name, commitment }] as const,
      ),
    ),
  )
}

function partKey(event: string, name: string): string {
  return `${event}/${name}`
}
