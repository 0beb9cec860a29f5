import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { keyLine, type ShownKey } from '../key-line.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly reason?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [key = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { reason } = options
  const revoked = await connection.client.post<ShownKey>('/v1/keys/revoke', { key, reason })
  if (context.json) context.print(JSON.stringify(revoked))
  else context.print(keyLine(revoked, context.colours))
  return 0
}
