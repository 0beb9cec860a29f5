import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { keyLine, type ShownKey } from '../key-line.ts'

interface Given {
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { keys } = await connection.client.get<{ readonly keys: readonly ShownKey[] }>('/v1/keys')
  if (context.json) context.print(JSON.stringify({ keys }))
  else for (const key of keys) context.print(keyLine(key, context.colours))
  return 0
}
