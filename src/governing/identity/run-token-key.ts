import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Random } from '../../kernel/index.ts'
import { readTextIfThere, writeDurably } from '../../storage/index.ts'
import { identityFailures } from './failures.ts'

/** Makes the key that signs run tokens, readable by this user only. */
export async function createRunTokenKey(file: string, random: Random): Promise<void> {
  await writeDurably(file, `${Buffer.from(random(32)).toString('hex')}\n`)
}

/** Opens it; throws `identity.token-key-missing`. Every server of an installation needs the same. */
export async function openRunTokenKey(file: string): Promise<KeyObject> {
  const hex = (await readTextIfThere(file))?.trim() ?? ''
  if (/^[0-9a-f]{64}$/.test(hex)) return createSecretKey(Buffer.from(hex, 'hex'))
  throw identityFailures.create(
    'token-key-missing',
    `${file} is missing or damaged; restore it from your backup of the keys.`,
  )
}
