import { createHmac, createSecretKey } from 'node:crypto'
import { pipeline } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import { equalBytes } from '../../kernel/index.ts'
import { COMMITMENT_DOMAIN } from '../record/index.ts'
import { decryptChunks, type LargePartKey } from './large-part.ts'

/** A part that can be read: what its event says of it, the salt that proves it, and its bytes as they come. */
export interface OpenedPart {
  readonly event: string
  readonly name: string
  readonly run?: string
  readonly type: string
  readonly bytes: number
  readonly salt: Uint8Array
  /** Every byte is authentic; it throws `vault.part-damaged` or `-missing` instead of ending when the whole is not. */
  readonly body: AsyncIterable<Uint8Array>
}

/** A commitment made while the body passes. */
export function runningCommitment(salt: Uint8Array): {
  add(bytes: Uint8Array): void
  digest(): Buffer
} {
  const mac = createHmac('sha256', createSecretKey(salt)).update(COMMITMENT_DOMAIN)
  return { add: (bytes) => void mac.update(bytes), digest: () => mac.digest() }
}

/** The plain bytes of a large part's file. */
export function openChunks(key: LargePartKey, sealed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Whoever reads the last of them learns of an error anywhere.
  return pipeline(
    sealed,
    (chunks) => decryptChunks(key, chunks),
    createZstdDecompress(),
    () => undefined,
  )
}

/** Passes the bytes on, and throws in the end unless they are the ones committed to. */
export async function* checkedAgainst(
  { salt, commitment }: { readonly salt: Uint8Array; readonly commitment: Uint8Array },
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const running = runningCommitment(salt)
  for await (const bytes of body) {
    running.add(bytes)
    yield bytes
  }
  if (!equalBytes(running.digest(), commitment)) throw new RangeError('the body is not the one committed to')
}
