import { writeFile } from 'node:fs/promises'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { withProgress } from '../progress.ts'
import { runOf } from '../run-of.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly out?: string; readonly withhold?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [subject = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const id = await runOf(client, subject)
  const query = options.withhold === undefined ? '' : `?withhold=${options.withhold}`
  const bytes = await withProgress(context, 'Collecting the evidence', () =>
    client.download(`/v1/runs/${id}/bundle${query}`),
  )
  const out = options.out ?? ''
  await writeFile(out, bytes).catch((cause: unknown) => {
    throw cliFailures.create(
      'file-unwritable',
      `${out} cannot be written; choose another place with --out.`,
      { cause },
    )
  })
  if (context.json) context.print(JSON.stringify({ run: id, file: out, bytes: bytes.byteLength }))
  else {
    context.print(`${out}: evidence of ${id}, ${bytes.byteLength} bytes`)
    context.note(`Anyone can check it, offline: custody verify ${out} --key '${connection.vkey}'`)
  }
  return 0
}
