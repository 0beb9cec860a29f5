import { readFile, stat } from 'node:fs/promises'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import {
  type BundleReport,
  formatVkey,
  parseVkey,
  verifyBundle,
  type WitnessPolicy,
} from '../../recording/verify/index.ts'
import { checkLines, verdictText } from '../check-lines.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { printableLine } from '../printable.ts'
import { readProfile } from '../profile.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly key?: string; readonly old?: string; readonly policy?: string }
}

const VERIFICATION_FAILED = 6
const MAX_BUNDLE_BYTES = 2 ** 30

export async function run(context: Context, { arguments: [file = ''], options }: Given): Promise<number> {
  const { key, old } = options
  const policy = options.policy === undefined ? undefined : await readPolicy(options.policy)
  if (await isDirectory(file)) {
    const { verifyLogDirectory } = await import('../verify-log-directory.ts')
    const vkeys = [...(await trustedKeys(context, key)), ...logsOf(policy)]
    return verifyLogDirectory(context, { directory: file, vkeys, old, policy })
  }
  if (old !== undefined)
    throw cliFailures.create('option-invalid', '--old is for the directory of a published log.')
  const bytes = await readBundle(file).catch((cause: unknown) => {
    throw cliFailures.create(
      'file-unreadable',
      `${file} cannot be read, or is no file of at most 1 GiB; give the zip that "custody evidence" wrote.`,
      { cause },
    )
  })
  const vkeys = [...(await trustedKeys(context, key)), ...logsOf(policy)]
  const isNamed = key !== undefined || logsOf(policy).length > 0
  const report = verifyWithTrust(bytes, { vkeys, isNamed, policy })
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

/** What is no file (a pipe, a device) may have no end. */
async function readBundle(path: string): Promise<Uint8Array> {
  const found = await stat(path)
  if (!found.isFile() || found.size > MAX_BUNDLE_BYTES) throw new Error('not a file of this size')
  return readFile(path)
}

/** The key on the command line, or else those of the ledgers this user has signed in to. */
async function trustedKeys({ environment }: Context, key: string | undefined): Promise<string[]> {
  if (key === undefined) {
    const { readServers } = await import('../remote/servers.ts')
    const known = [await readProfile(environment.profilePath), await readServers(environment)]
    return known.flatMap(({ sessions }) => Object.values(sessions).map((session) => session.vkey))
  }
  if (parseVkey(nodeCrypto.sha256, key) !== undefined) return [key]
  throw cliFailures.create('option-invalid', '--key takes a public key of the form NAME+8 hex digits+base64.')
}

/** A key the user named must be the log's; without one, a bundle of a ledger unknown here is judged unpinned. */
function verifyWithTrust(bytes: Uint8Array, { vkeys, isNamed, policy }: Trust): BundleReport {
  const options = { crypto: nodeCrypto, ...(policy === undefined ? {} : { policy }) }
  if (isNamed) return verifyBundle(bytes, { ...options, pinnedVkeys: vkeys })
  const unpinned = verifyBundle(bytes, options)
  if (!unpinned.ok || vkeys.length === 0) return unpinned
  const pinned = verifyBundle(bytes, { ...options, pinnedVkeys: vkeys })
  return pinned.ok ? pinned : unpinned
}

interface Trust {
  readonly vkeys: readonly string[]
  readonly isNamed: boolean
  readonly policy: WitnessPolicy | undefined
}

/** Loaded only when there is one: verifying needs no database. */
async function readPolicy(path: string): Promise<WitnessPolicy> {
  const { readWitnessPolicy } = await import('../../recording/witness/index.ts')
  return readWitnessPolicy(path)
}

function logsOf(policy: WitnessPolicy | undefined): string[] {
  return policy?.logs.map(({ vkey }) => formatVkey(vkey)) ?? []
}

function reportLines(
  { ok, run, checks, witnesses, counts }: BundleReport,
  colours: Context['colours'],
): string[] {
  return [
    `${verdictText(ok, colours)}  ${printableLine(run ?? 'unknown run')}`,
    ...checkLines(witnesses === undefined ? checks : { ...checks, witnesses }, colours),
    colours.dim(
      `  ${counts.events} events, ${counts.parts} parts (${counts.disclosed} disclosed), ${counts.files} files`,
    ),
  ]
}
