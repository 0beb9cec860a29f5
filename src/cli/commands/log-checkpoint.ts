import { checkpointLine, parseCheckpoint, parseNote } from '../../recording/verify/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'

interface Given {
  readonly options: { readonly oneline?: boolean; readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const note = (await connection.client.download('/v1/log/checkpoint')).toString()
  const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '')
  if (context.json) {
    const root = Buffer.from(checkpoint?.root ?? []).toString('base64')
    const { origin, size } = checkpoint ?? {}
    context.print(JSON.stringify({ origin, size, root, checkpoint: note }))
  } else {
    context.print(options.oneline === true ? (checkpointLine(note) ?? note) : note.slice(0, -1))
    context.note(
      'Keep it elsewhere: "custody verify LOG-DIR --old FILE" tells with it whether the log was rewritten.',
    )
  }
  return 0
}
