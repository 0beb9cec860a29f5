import { createSecretKey } from 'node:crypto'
import { pipeline } from 'node:stream'
import { createZstdCompress } from 'node:zlib'
import { systemRandom } from '../../kernel/index.ts'
import { encryptChunks } from './large-part.ts'
import { runningCommitment } from './opened-part.ts'
import type { PartFiles } from './part-files.ts'
import { commitTo, sealBody } from './seal.ts'
import type { NewPart } from './store.ts'
import type { WrapKey } from './wrap-keys.ts'
import { wrapSecret } from './wrapping.ts'

/** The columns of a part's row that depend on its body. */
export type SealedColumns = Pick<
  NewPart,
  'bytes' | 'commitment' | 'vault_key' | 'wrapped_key' | 'sealed' | 'file' | 'stored'
>

/** Where a part goes: its event and name, the key of its class, and the files. */
export interface SealingPlace {
  readonly place: string
  readonly key: WrapKey
  readonly files: PartFiles
}

/** Up to this size a sealed part lives in the database, durable with its event by the same sync; larger ones are files. */
const MAX_INLINE_BYTES = 65_536
/** What may turn out small enough when it is compressed; beyond, trying costs too much memory. */
const MAX_TRIED_BYTES = 1_048_576

/** Seals a body that is in memory. */
export async function sealWhole(at: SealingPlace, body: Uint8Array): Promise<SealedColumns> {
  if (body.byteLength <= MAX_TRIED_BYTES) {
    const { sealed, wrappedKey, salt } = sealBody(at.key.key, at.place, body)
    if (sealed.byteLength <= MAX_INLINE_BYTES) {
      return {
        bytes: body.byteLength,
        commitment: commitTo(body, salt),
        vault_key: at.key.id,
        wrapped_key: wrappedKey,
        sealed,
        file: null,
        stored: sealed.byteLength + wrappedKey.byteLength,
      }
    }
  }
  return sealPassing(at, only(body))
}

const KEY_BYTES = 32

/** Seals a body that passes, into a file, holding a few chunks of it at a time. The file is durable when this returns. */
export async function sealPassing(
  { place, key, files }: SealingPlace,
  body: AsyncIterable<Uint8Array>,
): Promise<SealedColumns> {
  const secret = systemRandom(2 * KEY_BYTES)
  const commitment = runningCommitment(secret.subarray(KEY_BYTES))
  let bytes = 0
  const counted = async function* () {
    for await (const chunk of body) {
      commitment.add(chunk)
      bytes += chunk.byteLength
      yield chunk
    }
  }
  const chunkKey = { key: createSecretKey(secret.subarray(0, KEY_BYTES)), place: chunkPlace(place) }
  const packed = pipeline(counted, createZstdCompress(), () => undefined)
  const written = await files.write(encryptChunks(chunkKey, packed))
  const wrappedKey = wrapSecret(key.key, chunkPlace(place), secret)
  return {
    bytes,
    commitment: commitment.digest(),
    vault_key: key.id,
    wrapped_key: wrappedKey,
    sealed: null,
    file: written.file,
    stored: written.bytes + wrappedKey.byteLength,
  }
}

/** Apart from the place of a part that was sealed whole: the one cannot be opened as the other. */
export function chunkPlace(place: string): string {
  return `custody/large-part/v1/${place}`
}

async function* only(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
