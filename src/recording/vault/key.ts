import { randomBytes } from 'node:crypto'
import { readTextIfThere, writeDurably } from '../../storage/index.ts'
import { vaultFailures } from './failures.ts'

/** The key that wraps the key of every part: 32 bytes. */
export type VaultKey = Uint8Array

/** Makes the vault key; the file is readable by this user only. */
export async function createVaultKey(path: string): Promise<void> {
  await writeDurably(path, `${randomBytes(32).toString('hex')}\n`)
}

export async function openVaultKey(path: string): Promise<VaultKey> {
  const text = (await readTextIfThere(path))?.trim() ?? ''
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex')
  throw vaultFailures.create(
    'key-missing',
    `${path} is missing or malformed; restore it from your backup of the keys.`,
  )
}
