import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { keyLine, type ShownKey } from '../key-line.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly service?: string; readonly data?: string }
}

const NOTES: Readonly<Record<string, string>> = {
  log: 'Checkpoints carry both signatures now. Give the new vkey to whoever verifies and to your witnesses, then revoke the old key.',
  statement: 'It signs from now on. Revoke the old key when nothing is being signed with it any more.',
}

export async function run(context: Context, { arguments: [use = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { service } = options
  const key = await connection.client.post<ShownKey>('/v1/keys/rotate', {
    use: use === 'log' ? 'log' : 'statements',
    ...(service === undefined ? {} : { service }),
  })
  if (context.json) context.print(JSON.stringify(key))
  else context.print(keyLine(key, context.colours))
  context.note(NOTES[use] ?? '')
  return 0
}
