import { join } from 'node:path'
import { makePrivateDirectory, readTextIfThere, writeDurably } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { ed25519KeyId, formatVkey, keyOfVkey, parseVkey } from '../verify/index.ts'
import { type ExternalKey, externalSigner } from './signing/external-signer.ts'
import { createKeyFile, keyMissing, readKeyFiles } from './signing/key-files.ts'
import { LedgerKeys } from './signing/ledger-keys.ts'

const LOG_KEY = 'log.key'
const LOG_VKEY = 'log.vkey'
const STATEMENT_KEY = 'statement.key'

/** Makes the ledger's first keys in `directory`, readable by this user only. `origin` names the log for ever. */
export async function createLedgerKeys(directory: string, origin: string): Promise<void> {
  await makePrivateDirectory(directory)
  const { spkiDer } = await createKeyFile(directory, 'log', true)
  const publicKey = spkiDer.slice(-32)
  const keyId = ed25519KeyId(nodeCrypto.sha256, { name: origin, publicKey })
  const vkey = formatVkey({ name: origin, publicKey, keyId })
  await writeDurably(join(directory, LOG_VKEY), `${vkey}\n`, 0o644)
  await createKeyFile(directory, 'statements', true)
}

/**
 * Opens the keys that are at hand; which of them count is written in the ledger. `ledger.key-missing` when there is no log or
 * statement key, a file is of another kind, or `log.key` is not the vkey's; `ledger.key-exposed` when others can read one.
 */
export async function openLedgerKeys(
  directory: string,
  services: readonly ExternalKey[] = [],
): Promise<LedgerKeys> {
  const files = await readKeyFiles(directory)
  const vkeyText = (await readTextIfThere(join(directory, LOG_VKEY)))?.trim() ?? ''
  const vkey = parseVkey(nodeCrypto.sha256, vkeyText)
  if (vkey === undefined) throw keyMissing(join(directory, LOG_VKEY))
  const first = files.find(({ path }) => path === join(directory, LOG_KEY))
  if (first !== undefined && first.keyId !== keyOfVkey(nodeCrypto.sha256, vkey)) {
    throw keyMissing(join(directory, LOG_VKEY))
  }
  const keys = new LedgerKeys({ directory, vkey, files, services: services.map(externalSigner) })
  for (const [use, name] of NEEDED) {
    if (!keys.signers.some((one) => one.use === use)) throw keyMissing(join(directory, name))
  }
  return keys
}

const NEEDED = [
  ['log', LOG_KEY],
  ['statements', STATEMENT_KEY],
] as const
