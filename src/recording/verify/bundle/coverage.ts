import { coverageOf, objectAt } from '../../record/index.ts'
import { canonicalText } from '../canonical.ts'
import type { BundleContents } from './contents.ts'
import { type Check, judged } from './report.ts'

/** The record says what was not observed, and says the same as the events do. */
export function checkCoverage({ events, record }: BundleContents): Check {
  const stated = objectAt(objectAt(record?.statement, 'predicate'), 'coverage')
  if (stated === undefined) return judged(['The execution record has no coverage statement.'], '')
  const computed = coverageOf(events)
  if (canonicalText(stated) !== canonicalText(computed)) {
    return judged(['The coverage stated is not the coverage of these events.'], '')
  }
  const gaps = computed.gaps.map(({ code, count }) => `${count} × ${code}`).join(', ')
  return judged([], gaps === '' ? 'Nothing is known to be missing.' : `Known to be missing: ${gaps}.`)
}
