import { resolve, sep } from 'node:path'
import { systemClock } from '../../kernel/index.ts'
import { backUp, checkDataDirectory, placeOf, readServerConfig } from '../../server/index.ts'
import { chooseDirectory, secretReader } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { printableLine } from '../printable.ts'
import { withProgress } from '../progress.ts'

interface Given {
  readonly options: { readonly out?: string; readonly keys?: boolean; readonly data?: string }
}

/** Works on the files themselves, beside a server that runs or without one. */
export async function run(context: Context, { options }: Given): Promise<number> {
  const directory = await chooseDirectory(context, options.data)
  await checkDataDirectory(directory)
  const out = resolve(options.out ?? '')
  if (`${out}${sep}`.startsWith(`${directory.root}${sep}`)) {
    throw cliFailures.create(
      'option-invalid',
      `--out takes a place outside the data directory ${directory.root}.`,
    )
  }
  const withKeys = options.keys !== false
  const config = await readServerConfig(directory.config, secretReader(context))
  const place = placeOf(directory, config.database.read())
  const { entries, files, missing } = await withProgress(context, 'Copying', () =>
    backUp(directory, { place, out, withKeys, nowMs: systemClock.now() }),
  )
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (context.json) {
    context.print(
      JSON.stringify({ directory: out, entries, files: files.length, bytes, keys: withKeys, missing }),
    )
  } else {
    context.print(`${out}: ${entries} entries, ${files.length} files, ${bytes} bytes`)
    for (const path of missing) context.note(`Missing before already: ${printableLine(path)}`)
    context.note(withKeys ? WITH_KEYS : WITHOUT_KEYS)
  }
  return 0
}

const WITH_KEYS =
  'It holds the keys: keep it as safe as the data directory, or use --no-keys and keep keys/ apart.'
const WITHOUT_KEYS = 'It holds no keys: without a copy of keys/ from elsewhere it cannot be restored.'
