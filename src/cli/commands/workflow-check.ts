import { readFile } from 'node:fs/promises'
import { parseWorkflow, readWorkflows, workflowFailures } from '../../governing/workflows/index.ts'
import type { Problem } from '../../kernel/index.ts'
import { checkDataDirectory } from '../../server/index.ts'
import { chooseDirectory } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly data?: string }
}

/** Every problem of every file at once. */
export async function run(context: Context, { arguments: files, options }: Given): Promise<number> {
  const names = files.length === 0 ? await checkAll(context, options.data) : await checkFiles(files)
  if (context.json) context.print(JSON.stringify({ checked: names }))
  else
    context.print(
      `${names.length} workflow${names.length === 1 ? '' : 's'} without problems: ${names.join(', ')}`,
    )
  return 0
}

async function checkAll(context: Context, data: string | undefined): Promise<string[]> {
  const directory = await chooseDirectory(context, data)
  await checkDataDirectory(directory)
  const read = await readWorkflows(directory.root)
  if (!read.ok) throw read.refusal
  if (read.value.length > 0) return read.value.map(({ workflow }) => workflow.workflow)
  throw cliFailures.create('no-workflows', `There is no workflow in ${directory.workflows}; add one there.`)
}

async function checkFiles(files: readonly string[]): Promise<string[]> {
  const problems: Problem[] = []
  for (const file of files) {
    const parsed = parseWorkflow(await readText(file), { file })
    if (!parsed.ok) problems.push(...parsed.refusal)
  }
  if (problems.length === 0) return [...files]
  throw workflowFailures.create('invalid', 'The workflow files have problems.', { problems })
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw cliFailures.create('file-unreadable', `${file} cannot be read.`, { cause })
  })
}
