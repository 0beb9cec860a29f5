import { readFile, stat } from 'node:fs/promises'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import { type BundleReport, parseVkey, verifyBundle } from '../../recording/verify/index.ts'
import { checkLines, verdictText } from '../check-lines.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { printableLine } from '../printable.ts'
import { readProfile } from '../profile.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly key?: string; readonly old?: string }
}

const VERIFICATION_FAILED = 6

export async function run(context: Context, { arguments: [file = ''], options }: Given): Promise<number> {
  const { key, old } = options
  if (await isDirectory(file)) {
    const { verifyLogDirectory } = await import('../verify-log-directory.ts')
    return verifyLogDirectory(context, { directory: file, vkeys: await trustedKeys(context, key), old })
  }
  if (old !== undefined)
    throw cliFailures.create('option-invalid', '--old is for the directory of a published log.')
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw cliFailures.create(
      'file-unreadable',
      `${file} cannot be read; give the zip that "custody evidence" wrote.`,
      { cause },
    )
  })
  const report = verifyWithTrust(bytes, await trustedKeys(context, key), key !== undefined)
  if (context.json) context.print(JSON.stringify(report))
  else for (const text of reportLines(report, context.colours)) context.print(text)
  return report.ok ? 0 : VERIFICATION_FAILED
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** The key on the command line, or else those of the ledgers this user has signed in to. */
async function trustedKeys({ environment }: Context, key: string | undefined): Promise<string[]> {
  if (key === undefined) {
    const { sessions } = await readProfile(environment.profilePath)
    return Object.values(sessions).map((session) => session.vkey)
  }
  if (parseVkey(nodeCrypto.sha256, key) !== undefined) return [key]
  throw cliFailures.create('option-invalid', '--key takes a public key of the form NAME+8 hex digits+base64.')
}

/** A key the user named must be the log's; without one, a bundle of a ledger unknown here is judged unpinned. */
function verifyWithTrust(bytes: Uint8Array, vkeys: readonly string[], named: boolean): BundleReport {
  if (named) return verifyBundle(bytes, { crypto: nodeCrypto, pinnedVkeys: vkeys })
  const unpinned = verifyBundle(bytes, { crypto: nodeCrypto })
  if (!unpinned.ok || vkeys.length === 0) return unpinned
  const pinned = verifyBundle(bytes, { crypto: nodeCrypto, pinnedVkeys: vkeys })
  return pinned.ok ? pinned : unpinned
}

function reportLines({ ok, run, checks, counts }: BundleReport, colours: Context['colours']): string[] {
  return [
    `${verdictText(ok, colours)}  ${printableLine(run ?? 'unknown run')}`,
    ...checkLines(checks, colours),
    colours.dim(
      `  ${counts.events} events, ${counts.parts} parts (${counts.disclosed} disclosed), ${counts.files} files`,
    ),
  ]
}
