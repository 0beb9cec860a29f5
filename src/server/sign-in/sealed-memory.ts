import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto'
import type { SignInMemory } from '../../governing/identity/provider/index.ts'
import type { Clock, Random } from '../../kernel/index.ts'

/** What a browser keeps for us while its person is at the identity provider. */
export interface Remembered extends SignInMemory {
  /** Where to go afterwards. */
  readonly to: string
}

export const REMEMBERED_FOR_MS = 10 * 60_000

/**
 * Encrypts what is remembered of a sign-in into a cookie, so that any server of the installation can go on with it and
 * nobody else can read or change it.
 */
export class SealedMemory {
  readonly #key: Buffer
  readonly #clock: Clock
  readonly #random: Random

  constructor({
    key,
    clock,
    random,
  }: { readonly key: KeyObject; readonly clock: Clock; readonly random: Random }) {
    this.#key = Buffer.from(hkdfSync('sha256', key, '', 'custody sign-in cookie', 32))
    this.#clock = clock
    this.#random = random
  }

  seal(remembered: Remembered): string {
    const nonce = this.#random(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const text = JSON.stringify({ ...remembered, untilMs: this.#clock.now() + REMEMBERED_FOR_MS })
    const sealed = Buffer.concat([cipher.update(text), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** Undefined for anything that was not sealed here in the last ten minutes. */
  open(sealed: string): Remembered | undefined {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined
    const options = { authTagLength: TAG_BYTES }
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), options)
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    try {
      const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
      const text = Buffer.concat([opened, decipher.final()]).toString()
      const { untilMs, ...remembered } = JSON.parse(text) as Remembered & { readonly untilMs: number }
      return untilMs > this.#clock.now() ? remembered : undefined
    } catch {
      return undefined
    }
  }
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
