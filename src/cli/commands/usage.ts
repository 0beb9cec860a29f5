import type { WorkflowUsage } from '../../server/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { printableLine } from '../printable.ts'
import { counted, sizeText } from '../summary-lines.ts'

interface Given {
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const usage = await connection.client.get<{ workflows: WorkflowUsage[] }>('/v1/usage')
  if (context.json) context.print(JSON.stringify(usage))
  else for (const workflow of usage.workflows) context.print(lineOf(workflow))
  return 0
}

function lineOf({ workflow, runs, erasedRuns, rawBytes, storedBytes }: WorkflowUsage): string {
  const erased = erasedRuns > 0 ? ` (${erasedRuns} erased)` : ''
  const sizes = `${sizeText(rawBytes)} recorded  ${sizeText(storedBytes)} kept`
  return `${printableLine(workflow)}  ${counted(runs, 'run')}${erased}  ${sizes}`
}
