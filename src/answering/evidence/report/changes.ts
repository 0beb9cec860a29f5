import { integerAt, type RecordedEvent } from '../../../recording/record/index.ts'
import { bodyBox, facts, grid } from './body.ts'
import { changedPaths } from './happened.ts'
import { type Html, html } from './html.ts'
import type { RunView } from './run-view.ts'

const MAX_PATCH_CHARACTERS = 200_000
const MAX_FILES = 1_000

/** What the run did to each repository. */
export function changes(view: RunView): Html {
  const observed = view.events.filter((event) => event.kind === 'change.observed')
  return observed.length === 0
    ? html`<p>No change to a repository was observed.</p>`
    : html`${observed.map((event, i) => change(view, event, i))}`
}

function change(view: RunView, event: RecordedEvent, i: number): Html {
  const recorded = view.record.changes[i]
  const unexplained = integerAt(event.data, 'unexplained')
  return html`<h3>Repository ${recorded?.repository ?? i}</h3>
${facts([
  ['From commit', recorded?.base],
  ['To commit', recorded?.head],
  ['Tree', recorded?.tree],
  ['Commits made', recorded?.commits.join(' ')],
  ['Files changed', recorded?.files],
  ['Not explained by a recorded tool call', unexplained ?? 'not examined'],
  ['Left uncommitted', recorded?.dirty],
])}${files(view, event)}${bodyBox(view.text(event, 'patch'), MAX_PATCH_CHARACTERS)}`
}

function files(view: RunView, event: RecordedEvent): Html | undefined {
  const part = view.text(event, 'files')
  if (!part.shown) return html`<p class="absent">The list of files is ${part.why}.</p>`
  const rows = changedPaths(part.text).slice(0, MAX_FILES)
  return grid(
    ['File', 'Status'],
    rows.map(({ path, status }) => [path, status]),
  )
}
