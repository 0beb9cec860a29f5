import { writeFile } from 'node:fs/promises'
import type { ApiClient } from '../api-client.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly out?: string; readonly withhold?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [subject = ''], options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const { client } = connection
  const id = subject.startsWith('run_') ? subject : await runOfCommit(client, subject)
  const query = options.withhold === undefined ? '' : `?withhold=${options.withhold}`
  const bytes = await client.download(`/v1/runs/${encodeURIComponent(id)}/bundle${query}`)
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

async function runOfCommit(client: ApiClient, sha: string): Promise<string> {
  if (!/^[0-9a-f]{7,64}$/i.test(sha)) {
    throw cliFailures.create(
      'evidence-unknown',
      `"${sha.slice(0, 80)}" is neither a run id nor a commit id; "custody runs" lists the runs.`,
    )
  }
  const { runs } = await client.get<{ runs: string[] }>(`/v1/commits/${sha}`)
  const [first] = runs
  if (first === undefined)
    throw cliFailures.create('evidence-unknown', `No recorded run made the commit ${sha}.`)
  if (runs.length === 1) return first
  throw cliFailures.create(
    'evidence-ambiguous',
    `Several runs made ${sha}: ${runs.join(', ')}; name one of them.`,
  )
}
