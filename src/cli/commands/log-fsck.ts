import { checkLedger } from '../../recording/ledger/index.ts'
import {
  checkDataDirectory,
  checkEveryPart,
  placeOf,
  readLogVkey,
  readServerConfig,
} from '../../server/index.ts'
import { chooseDirectory, secretReader } from '../connect.ts'
import type { Context } from '../context.ts'
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
  const vkey = await readLogVkey(directory)
  const { journal: journalDirectory, log: logDirectory } = directory
  const config = await readServerConfig(directory.config, secretReader(context))
  const database = placeOf(directory, config.database.read())
  const ledger = await withProgress(context, 'Reading every entry', () =>
    checkLedger({ database, journalDirectory, logDirectory, vkey }),
  )
  const vault = await withProgress(context, 'Reading every part', () => checkEveryPart(directory, database))
  const findings = [...ledger.findings, ...vault.findings]
  const report = { ...ledger, ok: findings.length === 0, parts: vault.parts, findings }
  if (context.json) context.print(JSON.stringify(report))
  else {
    const { print, colours } = context
    for (const { part, detail } of report.findings) {
      print(`${colours.red('bad')}  ${part.padEnd(7)} ${printableLine(detail)}`)
    }
    const { entries, parts, published = 0 } = report
    print(
      `${report.ok ? colours.green('ok') : colours.red('NOT OK')}  ${entries} entries, ${published} published, ${parts} parts`,
    )
  }
  return report.ok ? 0 : VERIFICATION_FAILED
}
