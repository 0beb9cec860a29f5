import type { HoldRow } from '../../recording/retention/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { holdLine } from '../hold-line.ts'

interface Given {
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const list = await connection.client.get<{ holds: HoldRow[] }>('/v1/holds')
  if (context.json) context.print(JSON.stringify(list))
  else for (const hold of list.holds) context.print(holdLine(hold))
  return 0
}
