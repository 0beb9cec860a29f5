import type { RequirementArea } from './requirements.ts'

/** One test that says it proves a requirement. */
export interface Citation {
  readonly id: string
  readonly file: string
  readonly title: string
}

const BRACKETED_IDS = /\[([A-Z]+-\d+(?:, [A-Z]+-\d+)*)\]/g
/** A string that is the first argument of a call: `it('…'`, `describe('…'`, `it.each(rows)('…'`. */
const TITLE = /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g

/** The requirement ids cited in the test titles of these files (path → source). */
export function readCitations(files: ReadonlyMap<string, string>): readonly Citation[] {
  return [...files].flatMap(([file, source]) =>
    [...source.matchAll(TITLE)].flatMap((match) => {
      const title = match[1] ?? match[2] ?? match[3] ?? ''
      return citedIds(title).map((id) => ({ id, file, title: title.replaceAll(BRACKETED_IDS, '').trim() }))
    }),
  )
}

/** What is wrong with the citations, one line each: ids nobody asked for, rows of a reached step nobody proves. */
export function checkCitations(
  citations: readonly Citation[],
  areas: readonly RequirementArea[],
  reachedStep: number,
): readonly string[] {
  const rows = areas.flatMap((area) => area.rows)
  const unknown = citations.filter(({ id }) => !rows.some((row) => row.id === id))
  const owed = rows.filter(
    ({ id, since = Number.POSITIVE_INFINITY }) => since <= reachedStep && !isCited(citations, id),
  )
  return [
    ...unknown.map(({ id, file, title }) => `${file} cites ${id}, which is no requirement: "${title}"`),
    ...owed.map(({ id, text }) => `${id} is cited by no test: ${text}`),
  ]
}

function citedIds(title: string): readonly string[] {
  return [...title.matchAll(BRACKETED_IDS)].flatMap((match) => (match[1] ?? '').split(', '))
}

function isCited(citations: readonly Citation[], id: string): boolean {
  return citations.some((citation) => citation.id === id)
}
