import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { arguments: [entry = ''], options }: Given): Promise<number> {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(entry)) {
    throw cliFailures.create('option-invalid', 'ENTRY is the number of an entry: 0, 1, 2, …')
  }
  await using connection = await connect(context, options.data)
  const record = await connection.client.get<{ envelope: object }>(`/v1/erasures/${entry}/record`)
  context.print(JSON.stringify(context.json ? record : record.envelope))
  return 0
}
