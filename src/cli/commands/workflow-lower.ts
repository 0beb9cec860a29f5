import { connect } from '../connect.ts'
import type { Context } from '../context.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly approve?: boolean; readonly data?: string }
}

export async function run(context: Context, { arguments: [name = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const what = options.approve === true ? 'approve' : 'ask'
  const path = `/v1/workflows/${encodeURIComponent(name)}/recording/${what}`
  const answer = await connection.client.post<{ readonly state: string }>(path, {})
  context.print(context.json ? JSON.stringify(answer) : `${name}: ${answer.state}`)
  if (answer.state === 'asked')
    context.note(`Another person has to agree: custody workflow lower ${name} --approve`)
  return 0
}
