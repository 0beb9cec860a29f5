import {
  buildExecutionRecord,
  integerAt,
  type JsonObject,
  MAX_ENTRY_BYTES,
  objectAt,
  type RecordedEvent,
  sealingEvent,
  stringAt,
} from '../../record/index.ts'
import { canonicalText, isCanonical } from '../canonical.ts'
import { fromUtf8, toHex } from '../encoding.ts'
import type { BundleContents, EventLine } from './contents.ts'
import { PATHS } from './paths.ts'
import { type Check, judged } from './report.ts'

/** All events of one run from its opening to its end, as the end counted them, and a record that says the same. */
export function checkCompleteness(contents: BundleContents): Check {
  const problems = [...lineProblems(contents), ...sealProblems(contents), ...recordProblems(contents)]
  return judged(problems, `All ${contents.lines.length} events of the run are here, in order, as it closed.`)
}

function lineProblems({ files, lines, events }: BundleContents): readonly string[] {
  const problems = lines.flatMap((line, seq) => lineProblem(line, seq, events[0]?.run))
  if (files.get(PATHS.events)?.at(-1) !== 0x0a) problems.push('The events are missing or cut.')
  if (events[0] !== undefined && events[0].kind !== 'run.opened') problems.push('The run has no opening.')
  const distinct = new Set(events.map(({ id }) => id)).size
  if (distinct !== events.length) problems.push('Two events have the same id.')
  return problems
}

function lineProblem({ bytes, event }: EventLine, seq: number, run: string | undefined): string[] {
  if (event === undefined || bytes.length > MAX_ENTRY_BYTES || !isCanonical(fromUtf8(bytes) ?? '')) {
    return [`Event ${seq} is malformed.`]
  }
  if (event.seq !== seq) return [`Event ${seq} is missing; event ${String(event.seq)} stands in its place.`]
  return run !== undefined && event.run === run ? [] : [`Event ${seq} belongs to another run.`]
}

function sealProblems({ lines, events, merkle }: BundleContents): readonly string[] {
  const sealed = sealingEvent(events)
  if (sealed === undefined) return ['The run has no end: its last event does not seal it.']
  const hashes = lines.slice(0, -1).map(({ leafHash }) => leafHash)
  const [count, root] = [integerAt(sealed.data, 'count'), stringAt(sealed.data, 'root')]
  const problems: string[] = []
  if (count !== hashes.length)
    problems.push(`The run closed over ${String(count)} events, not ${hashes.length}.`)
  if (root !== toHex(merkle.rootOfHashes(hashes)))
    problems.push('The run closed over other events than these.')
  return problems
}

/** Everything the record states about the events is what the events say. */
function recordProblems({ lines, events, merkle, record }: BundleContents): readonly string[] {
  const root = toHex(merkle.rootOfHashes(lines.map(({ leafHash }) => leafHash)))
  const expected = recomputed(events, root)
  const stated = objectAt(record?.statement, 'predicate')
  if (expected === undefined || stated === undefined) return ['The execution record cannot be compared.']
  const { coverage: _, ...predicate } = expected.predicate
  const problems = differing(predicate, stated).map(
    (name) => `The execution record states other ${name} than the events.`,
  )
  if (canonicalText(expected.subject) !== canonicalText(record?.statement?.subject)) {
    problems.push('The execution record is about other commits or events.')
  }
  return problems
}

/** What the record of these events must say; undefined when they are not the events of a sealed run. */
function recomputed(events: readonly RecordedEvent[], root: string) {
  try {
    return buildExecutionRecord({ events, root })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function differing(expected: JsonObject, stated: JsonObject): readonly string[] {
  return Object.keys(expected).filter((name) => canonicalText(expected[name]) !== canonicalText(stated[name]))
}
