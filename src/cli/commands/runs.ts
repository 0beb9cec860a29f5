import type { RunSummary } from '../../server/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { counted } from '../summary-lines.ts'

interface Given {
  readonly options: { readonly limit?: string; readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  const limit = Number(options.limit ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
    throw cliFailures.create('option-invalid', '--limit takes a whole number from 1 to 500.')
  }
  await using connection = await connect(context, options.data)
  const page = await connection.client.get<{ runs: RunSummary[]; next?: string }>(`/v1/runs?limit=${limit}`)
  if (context.json) {
    context.print(JSON.stringify(page))
    return 0
  }
  if (page.runs.length === 0)
    context.note('No runs yet. Make one: custody run --workflow code-change --task "…" -- AGENT…')
  for (const one of page.runs) context.print(line(one))
  if (page.next !== undefined)
    context.note(`These are the newest ${page.runs.length}; there are more (--limit).`)
  return 0
}

function line(one: RunSummary): string {
  const commits = one.changes.reduce((sum, change) => sum + change.commits.length, 0)
  const cost = one.costUsd === undefined ? '-' : `${one.costUsd} USD`
  const columns = [
    one.run,
    one.openedAt.slice(0, 19),
    one.status.padEnd(9),
    one.sponsor.email,
    one.workflow,
    one.agent.kind,
  ]
  return [...columns, counted(one.modelCalls, 'call'), counted(commits, 'commit'), cost].join('  ')
}
