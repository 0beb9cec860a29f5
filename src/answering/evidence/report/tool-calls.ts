import { booleanAt, type RecordedEvent, stringAt, stringsAt } from '../../../recording/record/index.ts'
import { bodyBox } from './body.ts'
import { type Html, html } from './html.ts'
import { eventWhere, type RunView } from './run-view.ts'

const MAX_CALLS = 500
const MAX_BODY_CHARACTERS = 3_000

/** Every tool call in order: what it was given and what came back. */
export function toolCalls(view: RunView): Html {
  const calls = view.events.filter((event) => event.kind === 'tool.called')
  if (calls.length === 0) return html`<p>No tool call was recorded.</p>`
  const rest = calls.length - MAX_CALLS
  return html`<ol class="calls">${calls.slice(0, MAX_CALLS).map((call) => toolCall(view, call))}</ol>${
    rest > 0 ? html`<p class="absent">${rest} more calls stand in events.jsonl.</p>` : undefined
  }`
}

function toolCall(view: RunView, call: RecordedEvent): Html {
  const returned = eventWhere(view.events, 'tool.returned', ['toolCall', stringAt(call.data, 'toolCall')])
  const outcome =
    returned === undefined
      ? 'no result recorded'
      : booleanAt(returned.data, 'isError') === true
        ? 'failed'
        : 'returned'
  const channels = stringsAt(call.data, 'channels').join(', ')
  return html`<li><h3>${stringAt(call.data, 'tool') ?? 'unnamed tool'}</h3>
<p>Event ${call.seq ?? 0}, ${call.at}, seen by ${channels}: ${outcome}.</p>
${bodyBox(view.text(call, 'arguments'), MAX_BODY_CHARACTERS)}${result(view, returned)}</li>`
}

function result(view: RunView, returned: RecordedEvent | undefined): Html | undefined {
  const piece = stringAt(returned?.data, 'resultPart')
  if (returned === undefined || piece === undefined) return undefined
  return html`<details open><summary>Result</summary>${bodyBox(view.piece(piece), MAX_BODY_CHARACTERS)}</details>`
}
