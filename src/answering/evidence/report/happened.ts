import { listAt, parseJsonObject, stringAt } from '../../../recording/record/index.ts'
import { bodyBox, dollars, facts, grid } from './body.ts'
import { type Html, html } from './html.ts'
import type { RunView } from './run-view.ts'

const MAX_TASK_CHARACTERS = 20_000

/** Who answers for the run, under which policy, and how it ended. */
export function summary({ record, gathered }: RunView): Html {
  const name = gathered.sponsorName
  return facts([
    ['Sponsor', name === undefined ? record.sponsor : `${name} (${record.sponsor})`],
    ['Workflow', record.workflow],
    ['Policy digest', html`<code>${record.policyDigest}</code>`],
    ['Agent', agentText(record)],
    ['Opened', record.openedAt],
    ['Ended', record.closedAt],
    ['Ended as', record.status === 'closed' ? 'closed by its recorder' : 'abandoned: its recorder was gone'],
    ['Exit code', record.exitCode],
  ])
}

function agentText({ agent }: RunView['record']): string | undefined {
  if (agent === undefined) return undefined
  const binary = agent.binarySha256 === undefined ? '' : `, binary SHA-256 ${agent.binarySha256}`
  return `${agent.kind} ${agent.version ?? ''}${binary}`
}

export function task(view: RunView): Html {
  return bodyBox(view.text(view.events[0], 'task'), MAX_TASK_CHARACTERS)
}

/** The repositories as the agent found them. */
export function repositories(view: RunView): Html {
  const before = view.events.filter(
    (event) => event.kind === 'repository.observed' && stringAt(event.data, 'moment') === 'before',
  )
  const rows = view.record.repositories.map(({ repository, commit, tree, clean }, i) => {
    const state = view.text(before[i], 'state')
    const json = state.shown ? parseJsonObject(state.text) : undefined
    const place =
      stringAt(json, 'path') ?? `repository ${repository} (${state.shown ? 'unnamed' : state.why})`
    return [
      place,
      stringAt(json, 'branch') ?? '',
      commit ?? '',
      tree ?? '',
      clean ? 'clean' : 'uncommitted changes',
    ]
  })
  return grid(['Repository', 'Branch', 'Commit', 'Tree', 'State'], rows)
}

export function models({ record }: RunView): Html {
  const rows = record.models.map((model) => [
    model.protocol,
    model.model,
    model.calls,
    model.inputTokens,
    model.outputTokens,
    model.cacheReadTokens,
    dollars(model.costNanoUsd) + (model.unpriced > 0 ? ` and ${model.unpriced} calls without a price` : ''),
  ])
  const heads = ['Protocol', 'Model', 'Calls', 'Tokens in', 'Tokens out', 'From cache', 'Cost']
  return rows.length === 0 ? html`<p>No model answered.</p>` : grid(heads, rows)
}

/** What the run was refused. */
export function refusals({ record }: RunView): Html | undefined {
  if (record.refusals.length === 0) return undefined
  return html`<h2>Refused</h2>${grid(
    ['Code', 'Times'],
    record.refusals.map(({ code, count }) => [code, count]),
  )}`
}

/** The paths in the JSON of a change's files. */
export function changedPaths(json: string): readonly { readonly path: string; readonly status: string }[] {
  const list = listAt(parseJsonObject(`{"files":${json}}`), 'files')
  return list.flatMap((file) => {
    const object = parseJsonObject(JSON.stringify(file))
    const path = stringAt(object, 'path')
    return path === undefined ? [] : [{ path, status: stringAt(object, 'status') ?? '' }]
  })
}
