import type { RunStory } from '../../server/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { runOf } from '../run-of.ts'
import { storyLines } from '../story-lines.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly data?: string }
}

export async function run(context: Context, { arguments: [subject = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const story = await client.get<RunStory>(`/v1/runs/${await runOf(client, subject)}`)
  if (context.json) context.print(JSON.stringify(story))
  else for (const text of storyLines(story, context.colours)) context.print(text)
  return 0
}
