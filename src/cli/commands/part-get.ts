import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { isPartName } from '../subject.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly out?: string; readonly proof?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [part = ''], options }: Given): Promise<number> {
  if (!isPartName(part)) {
    throw cliFailures.create('option-invalid', 'PART is EVENT/NAME, as "custody part list" names it.')
  }
  await using connection = await connect(context, options.data)
  const { client } = connection
  const { out, proof } = options
  if (context.json || proof !== undefined) {
    const text = JSON.stringify(await client.get<object>(`/v1/parts/${part}/proof`))
    if (proof !== undefined) await writeFile(proof, `${text}\n`).catch(unwritable(proof, '--proof'))
    if (context.json) context.print(text)
  }
  if (out !== undefined) {
    const body = await client.stream(`/v1/parts/${part}`)
    await pipeline(body, createWriteStream(out)).catch(unwritable(out, '--out'))
  } else if (!context.json) await context.pass(await client.stream(`/v1/parts/${part}`))
  return 0
}

function unwritable(path: string, option: string) {
  return (cause: unknown): never => {
    const message = `${path} cannot be written whole; choose another place with ${option}.`
    throw cliFailures.create('file-unwritable', message, { cause })
  }
}
