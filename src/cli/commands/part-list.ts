import type { ListedPart } from '../../server/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { printableLine } from '../printable.ts'
import { runOf } from '../run-of.ts'
import { sizeText } from '../summary-lines.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { arguments: [subject = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const list = await client.get<{ parts: ListedPart[] }>(`/v1/runs/${await runOf(client, subject)}/parts`)
  if (context.json) context.print(JSON.stringify(list))
  else for (const part of list.parts) context.print(lineOf(part))
  return 0
}

function lineOf({ event, kind, name, type, bytes, erasedBy }: ListedPart): string {
  const state = erasedBy === undefined ? sizeText(bytes) : `erased by entry ${erasedBy}`
  return [`${event}/${name}`, kind, printableLine(type), state].join('  ')
}
