import { join } from 'node:path'
import { ledgerFailures } from '../recording/ledger/index.ts'
import { nodeCrypto } from '../recording/node-crypto/index.ts'
import { parseVkey, type Vkey } from '../recording/verify/index.ts'
import { readTextIfThere } from '../storage/index.ts'
import type { DataDirectory } from './data-directory.ts'

/** The public key of the log of a data directory, read without its private one; `ledger.key-missing`. */
export async function readLogVkey({ keys }: DataDirectory): Promise<Vkey> {
  const path = join(keys, 'log.vkey')
  const vkey = parseVkey(nodeCrypto.sha256, (await readTextIfThere(path))?.trim() ?? '')
  if (vkey !== undefined) return vkey
  const message = `${path} is missing or holds no log key; restore it from your backup of the keys.`
  throw ledgerFailures.create('key-missing', message)
}
