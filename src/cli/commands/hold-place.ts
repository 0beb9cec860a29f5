import type { HoldRow } from '../../recording/retention/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { holdLine } from '../hold-line.ts'
import { subjectAmong } from '../subject.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly reason?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [text = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const subject = await subjectAmong(client, text, ['run', 'workflow', 'person', 'organisation'])
  const hold = await client.post<HoldRow>('/v1/holds', { ...subject, reason: options.reason })
  context.print(context.json ? JSON.stringify(hold) : holdLine(hold))
  return 0
}
