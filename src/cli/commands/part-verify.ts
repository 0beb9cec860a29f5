import { readFile } from 'node:fs/promises'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import { parseVkey, verifyPart } from '../../recording/verify/index.ts'
import { verdictText } from '../check-lines.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { printableLine } from '../printable.ts'
import { readProfile } from '../profile.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly proof?: string; readonly key?: string }
}

const VERIFICATION_FAILED = 6

export async function run(context: Context, { arguments: [file = ''], options }: Given): Promise<number> {
  const [body, proof] = [await read(file), await read(options.proof ?? '')]
  const vkeys = await trustedKeys(context, options.key)
  const report = verifyPart(body, proof, { crypto: nodeCrypto, vkeys })
  if (context.json) context.print(JSON.stringify(report))
  else {
    const { event = 'unknown event', name = '', entry } = report
    const place = entry === undefined ? '' : `, entry ${entry} of the log`
    context.print(`${verdictText(report.ok, context.colours)}  ${printableLine(`${event}/${name}${place}`)}`)
    for (const problem of report.problems) context.print(`  ${printableLine(problem)}`)
  }
  return report.ok ? 0 : VERIFICATION_FAILED
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw cliFailures.create(
      'file-unreadable',
      `${path} cannot be read; "custody part get" writes both files.`,
      {
        cause,
      },
    )
  })
}

/** The key on the command line, or else those of the ledgers this user has signed in to. */
async function trustedKeys({ environment }: Context, key: string | undefined) {
  const { sessions } = await readProfile(environment.profilePath)
  const texts = key === undefined ? Object.values(sessions).map(({ vkey }) => vkey) : [key]
  const vkeys = texts.flatMap((text) => parseVkey(nodeCrypto.sha256, text) ?? [])
  if (key === undefined || vkeys.length > 0) return vkeys
  throw cliFailures.create('option-invalid', '--key takes a public key of the form NAME+8 hex digits+base64.')
}
