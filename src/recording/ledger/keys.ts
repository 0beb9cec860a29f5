import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { join } from 'node:path'
import { sha256, sha256Hex } from '../../kernel/index.ts'
import { makePrivateDirectory, readTextIfThere, writeDurably } from '../../storage/index.ts'
import { ed25519KeyId, formatVkey, type Vkey } from '../verify/index.ts'
import { ledgerFailures } from './failures.ts'

/** Signs bytes without showing the key, so that a key service can stand behind it. */
export interface Signer {
  sign(bytes: Uint8Array): Uint8Array
}

/** Signs checkpoints, and nothing else. */
export interface LogSigner extends Signer {
  readonly vkey: Vkey
  readonly vkeyText: string
}

/** Signs statements (DSSE) with ECDSA P-256; signatures are DER. */
export interface StatementSigner extends Signer {
  /** Hex SHA-256 of the public key's SPKI DER. */
  readonly keyId: string
  readonly spkiDer: Uint8Array
  readonly spkiPem: string
}

const LOG_KEY = 'log.key'
const LOG_VKEY = 'log.vkey'
const STATEMENT_KEY = 'statement.key'

/** Makes the ledger's keys in `directory`, readable by this user only. `origin` names the log for ever. */
export async function createLedgerKeys(directory: string, origin: string): Promise<void> {
  await makePrivateDirectory(directory)
  const log = generateKeyPairSync('ed25519')
  const statement = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  await writeDurably(join(directory, LOG_KEY), toPem(log.privateKey))
  await writeDurably(join(directory, LOG_VKEY), `${formatVkey(vkeyOf(origin, log.privateKey))}\n`, 0o644)
  await writeDurably(join(directory, STATEMENT_KEY), toPem(statement.privateKey))
}

/** Opens the keys; `ledger.key-missing` when a file is absent, of another kind, or the log key is not the vkey's. */
export async function openLedgerKeys(
  directory: string,
): Promise<{ log: LogSigner; statement: StatementSigner }> {
  const logKey = await readKey(directory, LOG_KEY, 'ed25519')
  const vkeyText = (await readTextIfThere(join(directory, LOG_VKEY)))?.trim() ?? ''
  const vkey = vkeyOf(vkeyText.split('+')[0] ?? '', logKey)
  if (formatVkey(vkey) !== vkeyText) throw keyMissing(directory, LOG_VKEY)
  const statementKey = await readKey(directory, STATEMENT_KEY, 'ec')
  const publicKey = createPublicKey(statementKey)
  const spkiDer = publicKey.export({ format: 'der', type: 'spki' })
  return {
    log: { vkey, vkeyText, sign: (bytes) => sign(null, bytes, logKey) },
    statement: {
      keyId: sha256Hex(spkiDer),
      spkiDer,
      spkiPem: String(publicKey.export({ format: 'pem', type: 'spki' })),
      sign: (bytes) => sign('sha256', bytes, statementKey),
    },
  }
}

async function readKey(directory: string, name: string, type: 'ed25519' | 'ec'): Promise<KeyObject> {
  const pem = await readTextIfThere(join(directory, name))
  if (pem === undefined) throw keyMissing(directory, name)
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === type) return key
  } catch {
    // The parser's message could quote the file, so it does not travel on.
  }
  throw keyMissing(directory, name)
}

function keyMissing(directory: string, name: string) {
  return ledgerFailures.create(
    'key-missing',
    `${join(directory, name)} is missing or is not the key this ledger was made with; restore it from your backup of the keys.`,
  )
}

function vkeyOf(name: string, privateKey: KeyObject): Vkey {
  const publicKey = new Uint8Array(
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32),
  )
  return { name, publicKey, keyId: ed25519KeyId(sha256, { name, publicKey }) }
}

function toPem(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: 'pkcs8' }))
}
