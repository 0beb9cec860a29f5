import { join } from 'node:path'
import { checkLedger } from '../../recording/ledger/index.ts'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import { parseVkey } from '../../recording/verify/index.ts'
import { checkDataDirectory, type DataDirectory } from '../../server/index.ts'
import { readTextIfThere } from '../../storage/index.ts'
import { chooseDirectory } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { printableLine } from '../printable.ts'
import { withProgress } from '../progress.ts'

interface Given {
  readonly options: { readonly data?: string }
}

const VERIFICATION_FAILED = 6

/** Works on the files themselves: also where no server starts any more, and beside one that runs. */
export async function run(context: Context, { options }: Given): Promise<number> {
  const directory = await chooseDirectory(context, options.data)
  await checkDataDirectory(directory)
  const vkey = await readVkey(directory)
  const { database: databasePath, journal: journalDirectory, log: logDirectory } = directory
  const report = await withProgress(context, 'Reading every entry', () =>
    checkLedger({ databasePath, journalDirectory, logDirectory, vkey }),
  )
  if (context.json) context.print(JSON.stringify(report))
  else {
    const { print, colours } = context
    for (const { part, detail } of report.findings) {
      print(`${colours.red('bad')}  ${part.padEnd(7)} ${printableLine(detail)}`)
    }
    const { entries, published = 0 } = report
    print(
      `${report.ok ? colours.green('ok') : colours.red('NOT OK')}  ${entries} entries, ${published} published`,
    )
  }
  return report.ok ? 0 : VERIFICATION_FAILED
}

async function readVkey({ keys }: DataDirectory) {
  const path = join(keys, 'log.vkey')
  const vkey = parseVkey(nodeCrypto.sha256, (await readTextIfThere(path))?.trim() ?? '')
  if (vkey !== undefined) return vkey
  throw cliFailures.create(
    'file-unreadable',
    `${path} is missing or holds no log key; restore it from your backup.`,
  )
}
