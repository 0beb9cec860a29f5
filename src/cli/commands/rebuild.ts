import { checkDataDirectory, readServerConfig, rebuildProjections } from '../../server/index.ts'
import { chooseDirectory, secretReader } from '../connect.ts'
import type { Context } from '../context.ts'
import { withProgress } from '../progress.ts'

interface Given {
  readonly options: { readonly check?: boolean; readonly data?: string }
}

const VERIFICATION_FAILED = 6

/** Works on the database itself, so no server may run on the data directory. */
export async function run(context: Context, { options }: Given): Promise<number> {
  const directory = await chooseDirectory(context, options.data)
  await checkDataDirectory(directory)
  const config = await readServerConfig(directory.config, secretReader(context))
  const keep = options.check !== true
  const { entries, tables } = await withProgress(context, 'Recomputing', () =>
    rebuildProjections(directory, { databaseUrl: config.database.read(), keep }),
  )
  const differed = tables.filter(({ wrong, missing }) => wrong + missing > 0)
  if (context.json)
    context.print(JSON.stringify({ entries, kept: keep, same: differed.length === 0, tables }))
  else {
    for (const { name, rows, wrong, missing } of tables) {
      const verdict = wrong + missing === 0 ? 'the same' : `${wrong} rows were wrong, ${missing} were missing`
      context.print(`${name.padEnd(18)} ${String(rows).padStart(9)} rows, ${verdict}`)
    }
    context.note(`From ${entries} entries${keep ? '' : '; nothing was changed'}.`)
  }
  return differed.length > 0 && !keep ? VERIFICATION_FAILED : 0
}
