import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { dataDirectoryAt, restore } from '../../server/index.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { withProgress } from '../progress.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: {
    readonly to?: string
    readonly keys?: string
    readonly old?: string
    readonly database?: string
  }
}

/** Never into the directory the user works with: a restored installation is begun with, not mixed into another. */
export async function run(context: Context, { arguments: given, options }: Given): Promise<number> {
  const [from = ''] = given
  const directory = dataDirectoryAt(options.to ?? '')
  const old = options.old === undefined ? {} : { old: await readCheckpoint(options.old) }
  const keys = options.keys === undefined ? {} : { keys: options.keys }
  const databaseUrl = options.database === undefined ? {} : { databaseUrl: options.database }
  const { engine, entries, madeAt, missing } = await withProgress(context, 'Restoring and checking', () =>
    restore(directory, { from, ...keys, ...old, ...databaseUrl }),
  )
  if (context.json) context.print(JSON.stringify({ data: directory.root, entries, madeAt, engine, missing }))
  else {
    context.print(`${directory.root}: ${entries} entries as of ${madeAt}`)
    if (options.old === undefined) context.note(UNCOMPARED)
    if (engine === 'postgres' || options.database !== undefined) context.note(WHICH_DATABASE)
  }
  return 0
}

const UNCOMPARED =
  'Whether entries came after this backup cannot be told from it: compare with a checkpoint kept elsewhere (--old).'

const WHICH_DATABASE = 'Before you start it, say in its custody.yaml under "database" where its ledger is.'

async function readCheckpoint(path: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8')
  } catch (cause) {
    throw cliFailures.create('file-unreadable', `${path} cannot be read; --old takes a checkpoint file.`, {
      cause,
    })
  }
}
