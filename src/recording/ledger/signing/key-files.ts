import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Hex } from '../../../kernel/index.ts'
import { makePrivateDirectory, writeDurably } from '../../../storage/index.ts'
import { ledgerFailures } from '../failures.ts'
import type { KeyUse, Signer } from './signer.ts'

/** A signer whose private key lies in a file. */
export interface FileSigner extends Signer {
  readonly use: KeyUse
  readonly path: string
}

/** `log.key`, or `log-3f2a91c07d5e4b68.key` for a later one. */
const NAME = /^(log|statement)(?:-[0-9a-f]{16})?\.key$/
const USES: Readonly<Record<string, KeyUse>> = { log: 'log', statement: 'statements' }
const STEMS: Readonly<Record<KeyUse, string>> = { log: 'log', statements: 'statement' }
const OTHERS_MAY_READ = 0o077

/** Every signing key that lies in `directory`; `ledger.key-missing` for a wrong kind, `ledger.key-exposed` when others can read it. */
export async function readKeyFiles(directory: string): Promise<FileSigner[]> {
  const names = await readdir(directory).catch(() => [])
  const signers: FileSigner[] = []
  for (const name of names.toSorted(byName)) {
    const use = USES[NAME.exec(name)?.[1] ?? '']
    if (use !== undefined) signers.push(await readKeyFile(join(directory, name), use))
  }
  return signers
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1
}

/** Makes a key and its file, readable by this user only. The first key of a use has no digest in its name. */
export async function createKeyFile(directory: string, use: KeyUse, isFirst = false): Promise<FileSigner> {
  await makePrivateDirectory(directory)
  const { privateKey } =
    use === 'log' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const { keyId } = signerOf(privateKey, use, '')
  const path = join(directory, `${STEMS[use]}${isFirst ? '' : `-${keyId.slice(0, 16)}`}.key`)
  await writeDurably(path, String(privateKey.export({ format: 'pem', type: 'pkcs8' })))
  return signerOf(privateKey, use, path)
}

/** A key that was revoked signs nothing any more, so nobody needs its private half. */
export async function destroyKeyFile({ path }: FileSigner): Promise<void> {
  await rm(path, { force: true })
}

export function keyMissing(path: string) {
  return ledgerFailures.create(
    'key-missing',
    `${path} is missing or is not the key this ledger was made with; restore it from your backup of the keys.`,
  )
}

async function readKeyFile(path: string, use: KeyUse): Promise<FileSigner> {
  const { mode } = await stat(path)
  if ((mode & OTHERS_MAY_READ) !== 0) {
    throw ledgerFailures.create(
      'key-exposed',
      `${path} can be read by other users; run chmod 600 on it, and rotate the key if somebody may have read it.`,
    )
  }
  const key = parsePrivateKey(await readFile(path, 'utf8'))
  if (key === undefined || !isFor(key, use)) throw keyMissing(path)
  return signerOf(key, use, path)
}

function signerOf(key: KeyObject, use: KeyUse, path: string): FileSigner {
  const spkiDer = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }))
  const digest = use === 'log' ? null : 'sha256'
  return { use, path, spkiDer, keyId: sha256Hex(spkiDer), sign: async (bytes) => sign(digest, bytes, key) }
}

function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    // The parser's message could quote the file, so it does not travel on.
    return undefined
  }
}

function isFor(key: KeyObject, use: KeyUse): boolean {
  if (use === 'log') return key.asymmetricKeyType === 'ed25519'
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}
