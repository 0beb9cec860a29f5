import { argon2 } from 'node:crypto'
import { promisify } from 'node:util'
import { equalBytes, type Random } from '../../kernel/index.ts'

const derive = promisify(argon2)

/** What a hash costs; a stored hash names its own, so that these can be raised. */
export interface Argon2Cost {
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
}

/** OWASP's recommendation for argon2id: 19 MiB and two passes. */
export const ARGON2_COST: Argon2Cost = { memoryKib: 19_456, passes: 2, parallelism: 1 }

const TAG_BYTES = 32
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/** `$argon2id$v=19$m=…,t=…,p=…$SALT$HASH`, as everybody writes it. */
export async function hashPassword(password: string, random: Random, cost = ARGON2_COST): Promise<string> {
  const salt = random(16)
  const tag = await tagOf(password, salt, cost)
  const { memoryKib, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** `isStale`: right, and stored at another cost than now; hash it again. A damaged hash matches nothing. */
export async function verifyPassword(
  password: string,
  stored: string,
  cost = ARGON2_COST,
): Promise<{ readonly matches: boolean; readonly isStale: boolean }> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(stored) ?? []
  if (memory === undefined) return { matches: false, isStale: false }
  const used = { memoryKib: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const computed = await tagOf(password, Buffer.from(salt, 'base64'), used)
  const matches = equalBytes(computed, Buffer.from(tag, 'base64'))
  return { matches, isStale: matches && !isSameCost(used, cost) }
}

/** What a password must be; nothing about its characters, since length is what counts. */
export function isAcceptablePassword(password: string, email: string): boolean {
  const length = [...password].length
  return length >= 12 && length <= 1024 && password.trim().toLowerCase() !== email.toLowerCase()
}

function tagOf(password: string, salt: Uint8Array, { memoryKib, passes, parallelism }: Argon2Cost) {
  // The same characters can be typed in more than one way.
  const message = Buffer.from(password.normalize('NFKC'))
  return derive('argon2id', {
    message,
    nonce: salt,
    parallelism,
    tagLength: TAG_BYTES,
    memory: memoryKib,
    passes,
  })
}

function isSameCost(one: Argon2Cost, other: Argon2Cost): boolean {
  return (
    one.memoryKib === other.memoryKib && one.passes === other.passes && one.parallelism === other.parallelism
  )
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
